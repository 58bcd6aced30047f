import { realpathSync } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import { gitVariables, repositoryAbove, repositoryOfGitFile } from '@millwright/toolkit';
import type { Crate } from '../manifests/model.js';
import type { ReadPlace } from './crate-reads.js';
import { gitMarks } from './scanner/facts.js';

/** Build dependencies that read the commit of the dependent crate, and whether the work tree is clean. */
const buildScriptPackages = new Set([
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

/** Packages whose macros read the same. */
const macroPackages = new Set(['git-const', 'git-testament', 'git-version', 'git-version-macro']);

/** The reads of a crate part, in which git reads are replaced. */
export interface GitSources {
  readonly files: Map<string, ReadPlace>;
  readonly outside: Map<string, ReadPlace>;
  readonly variables: Set<string>;
}

/**
 * Replaces reads of git's files and commands with variables for the state of the repository: the crate's repository if
 * it calls git, and each repository whose files in `.git` it reads. Files in `.git` are not inputs themselves.
 * @returns the repositories whose state is read, by folder; true if the crate reads whether the work tree is clean
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
    return macroPackages.has(name) || (kind === 'build' && buildScriptPackages.has(name));
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
  for (const [folder, readsChanges] of repositories) {
    const variables = gitVariables(folder);
    names.add(variables.state);
    if (readsChanges) names.add(variables.changes);
  }
  return repositories;
}

/** The read of a file in `.git`, as the read of a repository's state. */
export interface GitRead {
  /** Relative to the Nx workspace. */
  readonly folder: string;
  readonly changes: boolean;
}

/** Interprets the read of a file. @param path absolute @returns undefined if the file does not belong to git */
export function gitRead(path: string, workspace: string): GitRead | undefined {
  const repository = repositoryOfGitFile(path);
  if (repository === undefined) return undefined;
  // Git compares the work tree with the index to find changes, and rewrites the index when files are staged.
  return { folder: folderIn(workspace, repository), changes: posix.basename(path) === 'index' };
}

/** Returns the repository that contains a folder, both relative to the Nx workspace; `.` if there is none. */
export function repositoryOf(folder: string, workspace: string): string {
  const repository = repositoryAbove(resolve(workspace, folder));
  return repository === undefined ? '.' : folderIn(workspace, repository);
}

/** Resolves symbolic links first: paths of repositories are resolved, the workspace's may not be. */
function folderIn(workspace: string, repository: string): string {
  const folder = relative(realpathSync.native(workspace), realpathSync.native(repository));
  return folder === '' ? '.' : folder.split(sep).join('/');
}
