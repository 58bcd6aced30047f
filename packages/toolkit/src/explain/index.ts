export { explain, explainOptions } from './explain.js';
export type { BatchRecord } from './inputs.js';
export { keepBatch } from './records.js';
