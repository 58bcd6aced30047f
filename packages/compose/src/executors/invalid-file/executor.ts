import type { ExecutorContext } from '@nx/devkit';
import { diskFiles, parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { composeError } from '../../errors.js';
import { readComposeFile } from '../../manifests/compose-file.js';
import { schema } from './schema.js';

/** Fails with the error of an invalid Compose file. */
export default function invalidFile(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { file } = parseTaskOptions(schema, options, '@millwright/compose:invalid-file', context);
    readComposeFile(file, diskFiles(context.root).read(file) ?? '');
    throw composeError('COMPOSE_FILE_INVALID', {
      what: `the project graph is out of date for ${file}`,
      why: 'the file was invalid when Nx created the graph, but is valid now',
      remedy: 'run the command again; if the error persists, reset the project graph: nx reset',
    });
  });
}
