import type { ExecutorContext } from '@nx/devkit';
import { diskFiles, parseOptions, runExecutor } from '@millwright/toolkit';
import { schema } from './schema.js';
import { missingSourcesError } from '../../vendored/missing-sources.js';

/** Fails with the command that fetches the sources of the crate. */
export default function missingSources(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { source } = parseOptions(schema, options, '@millwright/cargo:missing-sources');
    return Promise.reject(missingSourcesError(source, diskFiles(context.root).read('.gitmodules') ?? ''));
  });
}
