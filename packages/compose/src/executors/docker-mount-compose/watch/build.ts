import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import { runNx } from '../nx.js';
import type { Session } from '../session.js';

/** The folders of the projects that build what is mounted, and of all that they depend on. */
export function sourceFolders({ options }: Session, { root, projectGraph }: ExecutorContext): string[] {
  const reached = new Set(options.mounts.map(({ project }) => project));
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

/** Builds what is mounted; the output is shown where that fails. */
export async function build(
  { options, say }: Session,
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const byTarget = Map.groupBy(options.mounts, ({ target }) => target ?? `build-${platformSlug(platform)}`);
  for (const [target, mounts] of byTarget) {
    const projects = [...new Set(mounts.map(({ project }) => project))];
    const args = [
      'run-many',
      '--target',
      target,
      '--projects',
      projects.join(','),
      '--output-style',
      'stream',
    ];
    const configured =
      options.configuration === 'release' ? args : [...args, '--configuration', options.configuration];
    const lines: string[] = [];
    const exitCode = await runNx(configured, context.root, { onLine: (line) => lines.push(line), signal });
    if (exitCode === 0) continue;
    for (const line of lines) say(line);
    return exitCode;
  }
  return 0;
}
