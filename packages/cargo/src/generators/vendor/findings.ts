import { formatCount, nxRun, shellWord } from '@millwright/toolkit';
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
  /** The URL that the sources were cloned from, if other clones of the workspace will not get them. */
  readonly embeddedFrom?: string;
}

/** The number of facts that are printed. The list of crates contains all of them. */
const printedFacts = 10;

/** Formats the findings, one line each. */
export function findings(found: Findings): string[] {
  const { folder, crates, main, gitSources, facts, embeddedFrom } = found;
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
    ...facts.slice(0, printedFacts).map(({ from, what }) => `  ${from}: ${what}`),
    ...(facts.length <= printedFacts
      ? []
      : [`  and ${facts.length - printedFacts} more: see "inferred" in the list of crates`]),
    ...(embeddedFrom === undefined
      ? []
      : [
          `  the folder is not a submodule, so other clones of this repository do not get it: git submodule add ${shellWord(embeddedFrom)} ${shellWord(folder)}`,
        ]),
    main === undefined
      ? '  next: nx show projects'
      : `  next: ${nxRun(`${main}:doctor`)}, then ${nxRun(`${main}:build`)}`,
  ];
}
