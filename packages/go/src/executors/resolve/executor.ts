import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  checkWithinWorkspace,
  diskFiles,
  type MillwrightError,
  parseTaskOptions,
  runExecutor,
  writeFileAtomically,
} from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { readRepository } from '../../resolution/repository.js';
import { sliceOf } from '../../resolution/slice.js';
import { sliceName } from '../../inference/targets.js';
import { schema } from './schema.js';

/** Writes the slice of a module. */
export default function resolve(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { imports, modules, outputPath } = parseTaskOptions(
      schema,
      options,
      '@millwright/go:resolve',
      context,
    );
    const { projects } = context.projectsConfigurations;
    const root = projects[context.projectName ?? '']?.root ?? '.';
    const files = diskFiles(context.root);
    const goMods = Object.values(projects)
      .map((project) => join(project.root, 'go.mod'))
      .filter(files.exists);
    const repository = readRepository(
      goMods,
      files,
      () => undefined,
      () => [],
      process.env.GOWORK,
    );
    const module = repository.modules.get(root);
    if (!module) throw repository.errors.get(join(root, 'go.mod')) ?? missing(root);
    const slice = sliceOf(module, imports, modules, repository, files.read);
    const folder = join(context.root, outputPath);
    checkWithinWorkspace(context.root, join(outputPath, sliceName));
    writeFileAtomically(join(folder, sliceName), `${JSON.stringify(slice, null, 2)}\n`);
    return Promise.resolve(true);
  });
}

function missing(root: string): MillwrightError {
  return goError('GO_MOD_INVALID', {
    what: `${root} is not a Go module`,
    why: 'the folder has no go.mod',
    remedy: 'run the command again; if the error persists, reset the project graph: nx reset',
  });
}
