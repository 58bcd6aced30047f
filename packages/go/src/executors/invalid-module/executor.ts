import type { ExecutorContext } from '@nx/devkit';
import { diskFiles, parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { parseGoMod } from '../../manifests/go-mod.js';
import { schema } from './schema.js';

/** Fails with the error of the module's invalid go.mod. */
export default function invalidModule(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { goMod } = parseTaskOptions(schema, options, '@millwright/go:invalid-module', context);
    parseGoMod(goMod, diskFiles(context.root).read(goMod) ?? '');
    throw goError('GO_MOD_INVALID', {
      what: `the project graph is out of date for ${goMod}`,
      why: 'the file was invalid when Nx created the graph, but is valid now',
      remedy: 'run the command again; if the error persists, reset the project graph: nx reset',
    });
  });
}
