import { realpathSync } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import { gitVariables, repositoryAbove, repositoryOfGitFile } from '@millwright/toolkit';
import type { Crate } from '../manifests/model.js';
import type { ReadPlace } from './crate-reads.js';
import { gitMarks } from './scanner/facts.js';

/** Packages whose build scripts read the commit for the crate that has them, and whether the work tree is clean. */
const forBuildScripts = new Set([
  'built',
  'git2',
  'gix',
  'shadow-rs',
  'vergen',
  'vergen-git2',
  'vergen-gitcl',
  'vergen-gix',
  'vergen-lib',
]);

/** Packages whose macros do so where they stand. */
const withMacros = new Set(['git-const', 'git-testament', 'git-version', 'git-version-macro']);

/** What a crate reads, as far as Git is concerned. */
export interface GitSources {
  readonly files: Map<string, ReadPlace>;
  readonly outside: Map<string, ReadPlace>;
  readonly variables: Set<string>;
}

/**
 * Puts the state of repositories in the place of what a crate reads of them: the one that the crate lies in where
 * anything asks Git, and those whose own files are named. Git's own files are no inputs by themselves.
 * @returns the repositories whose state is asked for, by folder, and whether it is asked if their work trees are clean
 */
export function gitReads(
  crate: Pick<Crate, 'root' | 'dependencies'>,
  reads: GitSources,
  workspace: string,
): Map<string, boolean> {
  const { files, outside, variables: names } = reads;
  const repositories = new Map<string, boolean>();
  const add = (folder: string, changes: boolean) => {
    repositories.set(folder, changes || repositories.get(folder) === true);
  };
  const { state, changes } = gitMarks;
  const byPackage = crate.dependencies.some(({ package: name, kind }) => {
    return withMacros.has(name) || (kind === 'build' && forBuildScripts.has(name));
  });
  if (byPackage || names.has(state)) {
    add(repositoryOf(crate.root, workspace), byPackage || names.has(changes));
  }
  for (const paths of [files, outside]) {
    for (const path of [...paths.keys()].filter((one) => /(^|\/)\.git(\/|$)/.test(one))) {
      const found = gitRead(resolve(workspace, path), workspace);
      if (found === undefined) continue;
      add(found.folder, found.changes);
      paths.delete(path);
    }
  }
  names.delete(state);
  names.delete(changes);
  for (const [folder, asksForChanges] of repositories) {
    const variables = gitVariables(folder);
    names.add(variables.state);
    if (asksForChanges) names.add(variables.changes);
  }
  return repositories;
}

/** What reading one of Git's own files asks: of which repository, and whether its work tree is clean. */
export interface GitRead {
  /** Relative to the Nx workspace. */
  readonly folder: string;
  readonly changes: boolean;
}

/** @param path absolute; undefined where it is not one of Git's own files */
export function gitRead(path: string, workspace: string): GitRead | undefined {
  const repository = repositoryOfGitFile(path);
  if (repository === undefined) return undefined;
  // Git writes the index anew whenever files are staged, and looks there for what has changed.
  return { folder: folderIn(workspace, repository), changes: posix.basename(path) === 'index' };
}

/** The repository in which a folder lies, both relative to the Nx workspace; `.` where there is none. */
export function repositoryOf(folder: string, workspace: string): string {
  const repository = repositoryAbove(resolve(workspace, folder));
  return repository === undefined ? '.' : folderIn(workspace, repository);
}

/** Folders of repositories are real paths; that of the workspace need not be. */
function folderIn(workspace: string, repository: string): string {
  const folder = relative(realpathSync(workspace), realpathSync(repository));
  return folder === '' ? '.' : folder.split(sep).join('/');
}
