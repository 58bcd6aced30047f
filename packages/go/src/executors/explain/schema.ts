export { explainOptions as schema } from '@millwright/toolkit/explain';

export const title = 'Says what a task is hashed from, and what differs from its last result';
