export { buildOptions as schema } from '../../options/build-options.js';

export const title = 'Builds and checks the binaries and C libraries of a crate for one platform';
