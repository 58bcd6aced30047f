import { posix } from 'node:path';
import { formatCount, nxRun } from '@millwright/toolkit';
import type { Crate } from '../../manifests/model.js';
import { cratesWithBinary } from '../../vendored/source-entry.js';
import { tagsCommand } from '../../vendored/source-version.js';
import type { Overview } from '../../vendored/overview.js';

/** What the generator found in vendored sources. */
export interface Findings {
  readonly folder: string;
  /** The commit, as `git describe` names it. */
  readonly described: string;
  readonly isTagged: boolean;
  readonly crates: readonly Crate[];
  /** The project name of the crate that build options are for. */
  readonly main: string | undefined;
  readonly overview: Overview;
  readonly documents: readonly { readonly path: string; readonly count: number }[];
  /** Scripts that by their name print lists of features. */
  readonly scripts: readonly string[];
  /** The number of saved queries in `.sqlx` folders. */
  readonly savedQueries: number;
}

/** Formats the findings, one line for each kind, with what follows from it. */
export function findings(found: Findings): string[] {
  const { folder, crates, main, overview, documents, scripts, savedQueries } = found;
  const binaries = cratesWithBinary(crates);
  const workspaces = new Set(crates.map(({ workspaceRoot }) => workspaceRoot));
  return [
    `${folder} is at ${found.described}`,
    ...(found.isTagged
      ? []
      : [
          `  git describe finds no tag: programs that take their version from Git get a commit id (${tagsCommand(folder)})`,
        ]),
    `  ${formatCount(crates.length, 'crate')} in ${formatCount(workspaces.size, 'Cargo workspace')}, ${formatCount(binaries.length, 'crate')} with binaries`,
    ...line('native libraries and programs to install (Debian)', overview.native),
    ...line('git dependencies', overview.gitSources),
    ...(savedQueries > 0 ? [`  ${savedQueries} saved SQLx queries: builds check queries offline`] : []),
    ...scripts.map(
      (path) =>
        `  ${path} may print features: use the feature "@./${posix.basename(path)}" to run it in its folder`,
    ),
    ...documents.map(({ path, count: operations }) => `  ${path}: ${formatCount(operations, 'operation')}`),
    main === undefined
      ? '  next: nx show projects'
      : `  next: ${nxRun(`${main}:doctor`)}, then ${nxRun(`${main}:build`)}`,
  ];
}

function line(what: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`  ${what}: ${values.join(', ')}`];
}
