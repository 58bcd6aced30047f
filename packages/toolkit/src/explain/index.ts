export { explain, explainOptions } from './explain.js';
export type { BatchRecord } from './observed/inputs.js';
export { keepBatch } from './records.js';
