import type { ExecutorContext } from '@nx/devkit';
import {
  diskFiles,
  fetchArguments,
  MillwrightError,
  parseOptions,
  parseSubmodules,
  runExecutor,
} from '@millwright/toolkit';
import { schema } from './schema.js';

/** Fails with the command that brings the sources of the crate. */
export default function missingSources(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { source } = parseOptions(schema, options, '@millwright/cargo:missing-sources');
    return Promise.reject(sourcesMissing(source, diskFiles(context.root).read('.gitmodules') ?? ''));
  });
}

/** The error for a source that is not here. @param gitmodules the text of .gitmodules */
export function sourcesMissing(source: string, gitmodules: string): MillwrightError {
  const submodule = parseSubmodules(gitmodules).find(({ path }) => path === source);
  return new MillwrightError('SOURCES_MISSING', {
    what: `the sources in ${source} are not in this clone`,
    why:
      submodule === undefined
        ? 'there is no Cargo.toml below the folder, and .gitmodules has no submodule there'
        : 'they are a submodule that is fetched only on demand',
    remedy:
      submodule === undefined
        ? `Put the sources there: git submodule add <url> ${source}`
        : `git ${fetchArguments(submodule).join(' ')}`,
  });
}
