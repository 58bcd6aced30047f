export { explain, explainOptions } from './explain.js';
export type { BatchRecord } from './observed/inputs.js';
export { saveBatchRecord } from './records.js';
