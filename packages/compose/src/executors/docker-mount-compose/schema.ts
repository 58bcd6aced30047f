export { schema } from '../../session/options.js';

export const title = 'Runs a Compose stack with built binaries mounted into its services';
