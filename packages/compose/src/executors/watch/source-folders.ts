import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { projectsOf } from '../../manifests/mounts.js';
import type { Session } from '../../session/session.js';

/** The projects that build what is mounted, and all that they depend on. */
export function sourceProjects({ options }: Session, { projectGraph }: ExecutorContext): string[] {
  const reached = new Set(projectsOf(options.mounts));
  for (const project of reached) {
    for (const { target } of projectGraph.dependencies[project] ?? []) {
      if (projectGraph.nodes[target]) reached.add(target);
    }
  }
  return [...reached];
}

/** The folders of the projects that build what is mounted, and of all that they depend on. */
export function sourceFolders(session: Session, context: ExecutorContext): string[] {
  return sourceProjects(session, context).flatMap((project) => {
    const folder = context.projectGraph.nodes[project]?.data.root;
    return folder === undefined ? [] : [join(context.root, folder)];
  });
}
