import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { projectsOf } from '../../manifests/mounts.js';
import type { Session } from '../../session/session.js';

/** Returns the projects that build the mounts, and all their dependencies. */
export function sourceProjects({ options }: Session, { projectGraph }: ExecutorContext): string[] {
  const reached = new Set(projectsOf(options.mounts));
  for (const project of reached) {
    for (const { target } of projectGraph.dependencies[project] ?? []) {
      if (projectGraph.nodes[target]) reached.add(target);
    }
  }
  return [...reached];
}

/** Returns the folders of the projects that build the mounts, and of all their dependencies. */
export function sourceFolders(session: Session, context: ExecutorContext): string[] {
  return sourceProjects(session, context).flatMap((project) => {
    const folder = context.projectGraph.nodes[project]?.data.root;
    return folder === undefined ? [] : [join(context.root, folder)];
  });
}
