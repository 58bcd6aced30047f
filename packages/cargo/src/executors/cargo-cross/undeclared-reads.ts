import { relative } from 'node:path';
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

/** The lines that say what was read undeclared, and where to declare it. */
export function formatUndeclared(
  { files, variables }: Undeclared,
  crate: string,
  folder: string,
  repository: string,
): string {
  const inputs = files.map((file) => JSON.stringify(relative(folder, `${repository}/${file}`)));
  const lines = [
    ...(files.length === 0 ? [] : [`inputs = [${inputs.join(', ')}]`]),
    ...(variables.length === 0
      ? []
      : [`env = [${variables.map((name) => JSON.stringify(name)).join(', ')}]`]),
  ];
  return [
    `${crate} was built from what its task does not declare: ${[...files, ...variables].join(', ')}`,
    `  a change there would go unseen; add to ${relative(repository, folder) || '.'}/Cargo.toml:`,
    '  [package.metadata.millwright]',
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}
