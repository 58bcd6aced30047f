/** The part of `explain` that every run loads. The rest is loaded on demand. */
export { recordTasks } from './record-tasks.js';
export type { ExplainedPlugin } from './run.js';
