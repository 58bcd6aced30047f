export { commandOptions as schema } from '../command/options.js';

export const title = 'Runs clippy on a crate; warnings are errors';
