import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { projectsOf } from '../mounts.js';
import type { Session } from '../session.js';

/** The folders of the projects that build what is mounted, and of all that they depend on. */
export function sourceFolders({ options }: Session, { root, projectGraph }: ExecutorContext): string[] {
  const reached = new Set(projectsOf(options.mounts));
  for (const project of reached) {
    for (const { target } of projectGraph.dependencies[project] ?? []) {
      if (projectGraph.nodes[target]) reached.add(target);
    }
  }
  return [...reached].flatMap((project) => {
    const folder = projectGraph.nodes[project]?.data.root;
    return folder === undefined ? [] : [join(root, folder)];
  });
}
