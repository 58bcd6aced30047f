import type { CreateDependencies, CreateNodes } from '@nx/devkit';
import { endWithParent } from '../process/end-with-parent.js';
import { requireNode } from './node-version.js';

/**
 * The files that all plugins request. Project names must be unique across all ecosystems, so every plugin
 * requests all files that name projects. It creates projects only for its own files. This module must load
 * next to nothing.
 */
export const projectFiles =
  '**/{Cargo.toml,millwright.toml,go.mod,package.json,project.json,{compose,docker-compose}{,[.-]*}.{yaml,yml}}';

/** A plugin's inference of projects and of the edges between them. */
export interface Inference {
  readonly inferProjects: CreateNodes[1];
  readonly inferDependencies: (context: Parameters<CreateDependencies>[1]) => ReturnType<CreateDependencies>;
}

/**
 * Starts a plugin in one of Nx's processes, and returns its functions for the graph.
 * @param load imports the inference, which processes that only run hooks do not need
 * @param files the files to request, for a plugin whose project names come from other files
 * @throws Error if the version of Node is not supported
 */
export function startPlugin(
  name: string,
  load: () => Promise<Inference>,
  files = projectFiles,
): { readonly createNodes: CreateNodes; readonly createDependencies: CreateDependencies } {
  requireNode(name);
  endWithParent();
  return {
    createNodes: [
      files,
      async (paths, options, context) => (await load()).inferProjects(paths, options, context),
    ],
    createDependencies: async (_, context) => (await load()).inferDependencies(context),
  };
}
