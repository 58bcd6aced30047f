import type { ExecutorContext } from '@nx/devkit';
import { formatSize, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { packageArtifacts } from '../../packaging/package.js';
import { schema } from './schema.js';

/** Writes the archives of a project. */
export default async function packageExecutor(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { root } = context.projectsConfigurations.projects[context.projectName ?? ''] ?? { root: '.' };
    const parsed = parseTaskOptions(schema, options, '@millwright/artifacts:package', context);
    const archives = await packageArtifacts({ ...parsed, workspaceRoot: context.root, projectRoot: root });
    for (const { name, size } of archives) print(`${parsed.outputPath}/${name}  ${formatSize(size)}`);
    return true;
  });
}
