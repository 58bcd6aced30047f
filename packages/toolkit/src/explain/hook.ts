/** The part of explanations that every run loads; the rest is loaded where something is to be explained. */
export { recordTasks } from './record-tasks.js';
export type { ExplainedPlugin } from './run.js';
