import type { ExecutorContext } from '@nx/devkit';
import { diskFiles, parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { schema } from './schema.js';
import { missingSourcesError } from '../../vendored/missing-sources.js';

/** Fails with the command that fetches the sources of the crate. */
export default function missingSources(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { source } = parseTaskOptions(schema, options, '@millwright/cargo:missing-sources', context);
    return Promise.reject(missingSourcesError(source, diskFiles(context.root).read('.gitmodules') ?? ''));
  });
}
