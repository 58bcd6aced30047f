import { relative } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { type DeclaredInputs, type Undeclared, undeclared } from '../../graph/sources/undeclared.js';
import type { BuildReads } from './build-reads.js';
import type { BuildRequest } from './request.js';

/** What a task's build read and does not declare. @param folders those of the crates that it is built from */
export function undeclaredReads(
  reads: BuildReads,
  folders: readonly string[],
  declared: DeclaredInputs,
  { metadata }: BuildRequest,
  repository: string,
): Undeclared {
  const generated = [metadata.target_directory, metadata.build_directory ?? metadata.target_directory];
  return undeclared(reads.of(folders), declared, {
    repository,
    workingFolder: metadata.workspace_root,
    generated,
  });
}

/**
 * The lines that say what was read undeclared, and where to declare it; undefined where nothing was.
 * @throws MillwrightError INPUT_UNDECLARED where the task is strict
 */
export function reportUndeclared(
  { files, variables }: Undeclared,
  { package: { name }, folder, options }: Pick<BuildRequest, 'package' | 'folder' | 'options'>,
  repository: string,
): string | undefined {
  if (files.length === 0 && variables.length === 0) return undefined;
  const inputs = files.map((file) => JSON.stringify(relative(folder, `${repository}/${file}`)));
  const what = `${name} was built from what its task does not declare: ${[...files, ...variables].join(', ')}`;
  const why = 'a change there would go unseen';
  const remedy = [
    `add to ${relative(repository, folder) || '.'}/Cargo.toml:`,
    '  [package.metadata.millwright]',
    ...(files.length === 0 ? [] : [`  inputs = [${inputs.join(', ')}]`]),
    ...(variables.length === 0
      ? []
      : [`  env = [${variables.map((name) => JSON.stringify(name)).join(', ')}]`]),
  ].join('\n');
  if (!options.strictInputs) return `${what}\n  ${why}; ${remedy}`;
  throw new MillwrightError('INPUT_UNDECLARED', { what, why: `${why}, and strictInputs is set`, remedy });
}
