import type { CreateDependencies, CreateNodes, PostTasksExecution, PreTasksExecution } from '@nx/devkit';

// Nx loads the plugin for graphs and for hooks in processes of their own, so that each brings only what it needs.

export const name = '@millwright/cargo';

export const createNodes: CreateNodes = [
  '**/{Cargo.toml,millwright.toml}',
  async (manifests, options, { workspaceRoot }) => {
    const { inferProjects } = await import('./graph/infer.js');
    return inferProjects(manifests, options, workspaceRoot);
  },
];

export const createDependencies: CreateDependencies = async (_, context) => {
  const { inferDependencies } = await import('./graph/infer.js');
  return inferDependencies(context);
};

export const preTasksExecution: PreTasksExecution = async (_, { workspaceRoot, argv }) => {
  const { lookOutside } = await import('./toolchain/look-outside.js');
  await lookOutside(workspaceRoot, argv);
};

/** Artifacts that Nx restored from its cache came without code of ours: the list of checksums learns of them. */
export const postTasksExecution: PostTasksExecution = async (_, { workspaceRoot }) => {
  const { refreshChecksums } = await import('@millwright/artifacts');
  await refreshChecksums(workspaceRoot);
};
