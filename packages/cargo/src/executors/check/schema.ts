export { commandOptions as schema } from '../command/options.js';

export const title = 'Checks a crate without building it';
