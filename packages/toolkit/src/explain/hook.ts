/** The part of explanations that every run loads; the rest is loaded where something is to be explained. */
export { rememberTasks } from './remember.js';
export type { ExplainedPlugin } from './run.js';
