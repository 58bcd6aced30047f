import { formatCount, nxRun } from '@millwright/toolkit';
import type { Crate } from '../../manifests/model.js';
import { cratesWithBinary } from '../../vendored/source-entry.js';
import { tagsCommand } from '../../vendored/source-version.js';
import type { InferredFact } from '../../vendored/inferred-facts.js';

/** What the generator found in vendored sources. */
export interface Findings {
  readonly folder: string;
  /** The commit, as `git describe` names it. */
  readonly described: string;
  readonly isTagged: boolean;
  readonly crates: readonly Crate[];
  /** The project name of the crate that build options are for. */
  readonly main: string | undefined;
  /** The URLs of git dependencies. */
  readonly gitSources: readonly string[];
  readonly facts: readonly InferredFact[];
}

/** Formats the findings, one line each. */
export function findings(found: Findings): string[] {
  const { folder, crates, main, gitSources, facts } = found;
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
    ...(gitSources.length === 0 ? [] : [`  git dependencies: ${gitSources.join(', ')}`]),
    ...facts.map(({ from, what }) => `  ${from}: ${what}`),
    main === undefined
      ? '  next: nx show projects'
      : `  next: ${nxRun(`${main}:doctor`)}, then ${nxRun(`${main}:build`)}`,
  ];
}
