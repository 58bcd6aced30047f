/** A plugin with every hook of ours and nothing behind them: what Nx itself takes for having a plugin. */
export const name = 'empty';
export const createNodes = ['**/Cargo.toml', (files) => files.map((file) => [file, {}])];
export const createDependencies = () => [];
export const preTasksExecution = () => {};
export const postTasksExecution = () => {};
