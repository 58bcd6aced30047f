import { posix } from 'node:path';
import { escapeGlob, filesInput, folderInput, pathsInput } from '@millwright/toolkit';
import type { Crate } from '../manifests/model.js';
import {
  type Breadth,
  type CrateReads,
  isInside,
  joinedReads,
  type PartReads,
} from '../source-scan/crate-reads.js';
import { isToolFolderName } from '../source-scan/disk.js';
import type { Entry, Layout } from '../source-scan/layout.js';

export type FilesetInput = string | { readonly fileset: string; readonly includeIgnored: true };

/** The named input of every crate's project: all files in its folder. */
export const filesOfCrate = 'crate';

/** A crate that takes part in a build. */
export interface CrateSources {
  readonly crate: Crate;
  readonly reads: CrateReads;
  /** The folders of all packages in the repository. */
  readonly layout: Layout;
}

/** Folders and files that builds do not read, except by a path in a source. */
const idleFolders = new Set(['tests', 'examples', 'benches', 'doc', 'docs']);
const idleFile = /^\.|\.(?:md|markdown|rst|adoc)$|^(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGELOG)/i;
/** The slice of each crate contains the relevant parts of manifests. A build that reads the file itself names it. */
const manifests = new Set(['Cargo.toml', 'Cargo.lock']);

/**
 * Returns the filesets of a build: library and binaries of the crate, and the libraries of its dependencies.
 * They contain no negated patterns, because these would also remove files of other crates. Files read by name are
 * included even if git ignores them, because generated sources are compiled as well.
 * @param crates the crate, then its dependencies
 */
export function filesetsOf(crates: readonly CrateSources[]): FilesetInput[] {
  return unique(crates.flatMap((sources, index) => inputsOf(sources, index === 0 ? 'built' : 'taken')));
}

/** Inputs of checks and tests outside the folders of the crate and its dependencies. */
export interface CheckInputs {
  readonly filesets: readonly FilesetInput[];
  readonly variables: readonly string[];
}

/** Variables that describe the machine and do not configure tests. */
const machineVariables = new Set(
  'HOME HOSTNAME LOGNAME OLDPWD PATH PWD SHELL TEMP TERM TMP TMPDIR USER USERPROFILE'.split(' '),
);

/**
 * Returns the inputs of tests, at compile time and at run time, that are not in the projects' folders: files that git
 * ignores, files elsewhere, and variables.
 * @param crates the crate, then its dependencies, including development dependencies
 */
export function checkInputsOf(crates: readonly CrateSources[]): CheckInputs {
  const filesets: FilesetInput[] = [];
  const variables = new Set<string>();
  crates.forEach(({ crate, reads: { library, binaries, tests }, layout }, index) => {
    const own = index === 0 ? [library, binaries, tests] : [library];
    for (const name of own.flatMap((part) => [...part.variables])) {
      if (!machineVariables.has(name)) variables.add(name);
    }
    const { files } = joinedReads([library, binaries, tests]);
    const named = [...files.keys()].filter((path) => index === 0 || !layout.isOwn(path, crate.root));
    filesets.push(...namedInputs(crate.root, named, layout));
    // Nx does not escape the project's folder in the pattern.
    if (escapeGlob(crate.root) !== crate.root) filesets.push(folderInput(crate.root));
  });
  return { filesets: unique(filesets), variables: [...variables].sort() };
}

/** Returns the variables that a build reads. @param crates the crate, then its dependencies */
export function variablesOf(crates: readonly CrateSources[]): string[] {
  return crates.flatMap(({ reads }, index) => [
    ...reads.library.variables,
    ...(index === 0 ? reads.binaries.variables : []),
  ]);
}

/** Cached, because a central library is among the inputs of most builds. */
const cachedInputs = new WeakMap<CrateReads, Map<'built' | 'taken', readonly FilesetInput[]>>();

function inputsOf({ crate, reads, layout }: CrateSources, as: 'built' | 'taken'): readonly FilesetInput[] {
  const byUse = cachedInputs.get(reads) ?? new Map<'built' | 'taken', readonly FilesetInput[]>();
  cachedInputs.set(reads, byUse);
  let inputs = byUse.get(as);
  if (!inputs) {
    const parts = as === 'built' ? [reads.library, reads.binaries] : [reads.library];
    byUse.set(as, (inputs = inputsOfReads(crate.root, joinedReads(parts), layout)));
  }
  return inputs;
}

/** Returns the filesets for parts of a crate. @param root the crate's folder */
function inputsOfReads(root: string, { files, folders }: PartReads, layout: Layout): FilesetInput[] {
  return [
    ...[...folders].flatMap(([folder, breadth]) => folderInputs(root, folder, breadth, layout)),
    ...namedInputs(root, [...files.keys()], layout),
  ];
}

/** Returns filesets for a folder, without the packages in it. */
function folderInputs(root: string, folder: string, breadth: Breadth, layout: Layout): FilesetInput[] {
  if (folder !== root) {
    return layout.containsPackages(folder) ? withoutPackages(folder, layout) : [folderInput(folder)];
  }
  return filesetsFor(packageEntries(root, breadth, layout));
}

/** Returns the files and folders of a package that are inputs if any of its files may be read. */
export function packageEntries(root: string, breadth: Breadth, layout: Layout): Entry[] {
  const isWanted = (name: string, isFolder: boolean) => {
    if (manifests.has(name)) return false;
    return (
      breadth === 'all' || !(isFolder ? idleFolders.has(name) || name.startsWith('.') : idleFile.test(name))
    );
  };
  const top = (path: string) => (root === '.' ? path : path.slice(root.length + 1)).split('/');
  return [...layout.ownEntries(root)].filter(({ path, isFolder }) => {
    const [first = '', ...rest] = top(path);
    return isWanted(first, isFolder || rest.length > 0);
  });
}

/** Returns filesets for the files directly in a folder, and for its subfolders, except packages. */
function withoutPackages(folder: string, layout: Layout): FilesetInput[] {
  const direct = (path: string) => posix.dirname(path) === folder;
  const own = [...layout.ownEntries(folder)].filter(({ path, isFolder }) => isFolder || !direct(path));
  return [filesInput(folder), ...filesetsFor(own)];
}

function filesetsFor(entries: readonly Entry[]): string[] {
  const files = entries.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  return [
    ...pathsInput(files),
    ...entries.filter(({ isFolder }) => isFolder).map(({ path }) => folderInput(path)),
  ];
}

/** Returns filesets for files and whole folders that are read by name. */
function namedInputs(root: string, paths: readonly string[], layout: Layout): FilesetInput[] {
  const { disk } = layout;
  const isFolder = (path: string) => disk.kindOf(path) === 'folder';
  const folders = paths.filter(isFolder);
  const files = paths.filter((path) => !isFolder(path));
  const fullyRead = fullyReadFolders(root, files, layout);
  const isCovered = (path: string) => {
    for (let above = path; above !== '.' && above !== '..';) {
      above = posix.dirname(above);
      if (fullyRead.has(above)) return true;
    }
    return false;
  };
  const single = files.filter((path) => !isCovered(path));
  return [
    ...[...fullyRead, ...folders].flatMap((folder) => wholeFolder(folder, layout)),
    ...pathsInput(single).map(includingIgnored),
  ];
}

/** Returns filesets for a whole folder. Only the plain pattern covers files of projects in it; the other adds ignored files. */
function wholeFolder(folder: string, layout: Layout): FilesetInput[] {
  // A variable contains git's state.
  if (folder === '.git') return [];
  const pattern = folderInput(folder);
  // A folder that contains crates may contain cargo's target folder, which must not be an input.
  const holdsTarget = layout.isPackage(folder) || layout.containsPackages(folder);
  return holdsTarget ? [pattern] : [pattern, includingIgnored(pattern)];
}

function includingIgnored(fileset: string): FilesetInput {
  return { fileset, includeIgnored: true };
}

/** Returns the outermost folders of a package in which every file is read. */
function fullyReadFolders(root: string, files: readonly string[], layout: Layout): Set<string> {
  const read = new Set(files);
  const folders = new Set(
    files.map((path) => posix.dirname(path)).filter((folder) => folder !== root && isInside(folder, root)),
  );
  const answers = new Map<string, boolean>();
  const isWhole = (folder: string): boolean => {
    let answer = answers.get(folder);
    if (answer === undefined) {
      const entries = [...layout.disk.list(folder)];
      answer =
        entries.length > 0 &&
        !layout.isPackage(folder) &&
        entries.every(([name, kind]) => {
          const path = posix.join(folder, name);
          if (kind === 'folder') return !isToolFolderName(name) && isWhole(path);
          return kind === 'file' && read.has(path);
        });
      answers.set(folder, answer);
    }
    return answer;
  };
  const outermost = new Set<string>();
  for (const folder of folders) {
    if (!isWhole(folder)) continue;
    let current = folder;
    for (let above = posix.dirname(current); above !== root && isInside(above, root) && isWhole(above);) {
      current = above;
      above = posix.dirname(above);
    }
    outermost.add(current);
  }
  return outermost;
}

function unique(inputs: readonly FilesetInput[]): FilesetInput[] {
  const byText = new Map(inputs.map((input) => [JSON.stringify(input), input]));
  return [...byText.values()];
}
