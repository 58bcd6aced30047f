/** A plugin with all of our hooks and no code: measures Nx's overhead for a plugin. */
export const name = 'empty';
export const createNodes = ['**/Cargo.toml', (files) => files.map((file) => [file, {}])];
export const createDependencies = () => [];
export const preTasksExecution = () => {};
export const postTasksExecution = () => {};
