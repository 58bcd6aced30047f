import type { CreateDependencies, CreateNodes } from '@nx/devkit';

export const name = '@millwright/compose';

export const createNodes: CreateNodes = [
  '**/{compose,docker-compose}{,[.-]*}.{yaml,yml}',
  async (files, options, { workspaceRoot }) => {
    const { inferProjects } = await import('./graph/infer.js');
    return inferProjects(files, options, workspaceRoot);
  },
];

export const createDependencies: CreateDependencies = async (_, context) => {
  const { inferDependencies } = await import('./graph/infer.js');
  return inferDependencies(context);
};
