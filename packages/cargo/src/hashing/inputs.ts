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
import { isForeignName } from '../source-scan/disk.js';
import type { Entry, Layout } from '../source-scan/layout.js';

export type FilesetInput = string | { readonly fileset: string; readonly includeIgnored: true };

/** The named input of every crate's project: all files in its folder. */
export const filesOfCrate = 'crate';

/** A crate that a build takes. */
export interface CrateSources {
  readonly crate: Crate;
  readonly reads: CrateReads;
  /** Where the packages of the repository lie. */
  readonly layout: Layout;
}

/** Folders and files of a package that people and tests read, and that no macro reads unless a source names them. */
const idleFolders = new Set(['tests', 'examples', 'benches', 'doc', 'docs']);
const idleFile = /^\.|\.(?:md|markdown|rst|adoc)$|^(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS|CHANGELOG)/i;
/** What of a manifest matters is in the slice of each crate; who reads the file itself names it. */
const manifests = new Set(['Cargo.toml', 'Cargo.lock']);

/**
 * The filesets of a build: for the crate itself its library and binaries, for those that it takes their libraries.
 * Everything is listed, nothing excluded: a negated pattern would take a file from every other crate as well. What
 * is read by name counts also where git ignores it, since generated sources are compiled all the same.
 * @param crates the crate itself first
 */
export function filesetsOf(crates: readonly CrateSources[]): FilesetInput[] {
  return unique(crates.flatMap((sources, index) => inputsOf(sources, index === 0 ? 'built' : 'taken')));
}

/** What checks and tests read beyond the folders of the crate and of those that it depends on. */
export interface CheckInputs {
  readonly filesets: readonly FilesetInput[];
  readonly variables: readonly string[];
}

/** Variables that say where things are on a machine, not what a test is to do. */
const ofTheMachine = new Set(
  'HOME HOSTNAME LOGNAME OLDPWD PATH PWD SHELL TEMP TERM TMP TMPDIR USER USERPROFILE'.split(' '),
);

/**
 * What tests are compiled from and read when they run, beside what lies in the folders of projects: files that git
 * ignores, files elsewhere, and variables.
 * @param crates the crate itself first, then all that it depends on, for development too
 */
export function checkInputsOf(crates: readonly CrateSources[]): CheckInputs {
  const filesets: FilesetInput[] = [];
  const variables = new Set<string>();
  crates.forEach(({ crate, reads: { library, binaries, tests }, layout }, index) => {
    const own = index === 0 ? [library, binaries, tests] : [library];
    for (const name of own.flatMap((part) => [...part.variables])) {
      if (!ofTheMachine.has(name)) variables.add(name);
    }
    const { files } = joinedReads([library, binaries, tests]);
    const named = [...files.keys()].filter((path) => index === 0 || !layout.isOwn(path, crate.root));
    filesets.push(...namedInputs(crate.root, named, layout));
    // Nx puts the folder of a project into its pattern as it is.
    if (escapeGlob(crate.root) !== crate.root) filesets.push(folderInput(crate.root));
  });
  return { filesets: unique(filesets), variables: [...variables].sort() };
}

/** The variables of a build. @param crates the crate itself first */
export function variablesOf(crates: readonly CrateSources[]): string[] {
  return crates.flatMap(({ reads }, index) => [
    ...reads.library.variables,
    ...(index === 0 ? reads.binaries.variables : []),
  ]);
}

/** A library in the middle of a workspace is in the inputs of most builds. */
const known = new WeakMap<CrateReads, Map<'built' | 'taken', readonly FilesetInput[]>>();

function inputsOf({ crate, reads, layout }: CrateSources, as: 'built' | 'taken'): readonly FilesetInput[] {
  const byUse = known.get(reads) ?? new Map<'built' | 'taken', readonly FilesetInput[]>();
  known.set(reads, byUse);
  let inputs = byUse.get(as);
  if (!inputs) {
    const parts = as === 'built' ? [reads.library, reads.binaries] : [reads.library];
    byUse.set(as, (inputs = inputsOfReads(crate.root, joinedReads(parts), layout)));
  }
  return inputs;
}

/** The filesets of some parts of a crate. @param root the crate's folder */
export function inputsOfReads(root: string, { files, folders }: PartReads, layout: Layout): FilesetInput[] {
  return [
    ...[...folders].flatMap(([folder, breadth]) => folderInputs(root, folder, breadth, layout)),
    ...namedInputs(root, [...files.keys()], layout),
  ];
}

/** A folder without the packages in it. */
function folderInputs(root: string, folder: string, breadth: Breadth, layout: Layout): FilesetInput[] {
  if (folder !== root) {
    return layout.holdsPackages(folder) ? around(folder, layout) : [folderInput(folder)];
  }
  return listed(packageEntries(root, breadth, layout));
}

/** The files and folders of a package that count where any of it may be read. */
export function packageEntries(root: string, breadth: Breadth, layout: Layout): Entry[] {
  const isWanted = (name: string, isFolder: boolean) => {
    if (manifests.has(name)) return false;
    return (
      breadth === 'all' || !(isFolder ? idleFolders.has(name) || name.startsWith('.') : idleFile.test(name))
    );
  };
  const top = (path: string) => (root === '.' ? path : path.slice(root.length + 1)).split('/');
  return [...layout.own(root)].filter(({ path, isFolder }) => {
    const [first = '', ...rest] = top(path);
    return isWanted(first, isFolder || rest.length > 0);
  });
}

/** The files directly in a folder, and the folders in it without those of packages. */
function around(folder: string, layout: Layout): FilesetInput[] {
  const direct = (path: string) => posix.dirname(path) === folder;
  const own = [...layout.own(folder)].filter(({ path, isFolder }) => isFolder || !direct(path));
  return [filesInput(folder), ...listed(own)];
}

function listed(entries: readonly Entry[]): string[] {
  const files = entries.filter(({ isFolder }) => !isFolder).map(({ path }) => path);
  return [
    ...pathsInput(files),
    ...entries.filter(({ isFolder }) => isFolder).map(({ path }) => folderInput(path)),
  ];
}

/** What is read by name: single files, and folders with all that is in them. */
function namedInputs(root: string, paths: readonly string[], layout: Layout): FilesetInput[] {
  const { disk } = layout;
  const isFolder = (path: string) => disk.kindOf(path) === 'folder';
  const folders = paths.filter(isFolder);
  const files = paths.filter((path) => !isFolder(path));
  const whole = foldersReadWhole(root, files, layout);
  const isCovered = (path: string) => {
    for (let above = path; above !== '.' && above !== '..';) {
      above = posix.dirname(above);
      if (whole.has(above)) return true;
    }
    return false;
  };
  const single = files.filter((path) => !isCovered(path));
  return [
    ...[...whole, ...folders].flatMap((folder) => wholeFolder(folder, layout)),
    ...pathsInput(single).map(ignoredToo),
  ];
}

/** A folder, also what git ignores of it; where Nx knows projects in it, only the plain pattern has their files. */
function wholeFolder(folder: string, layout: Layout): FilesetInput[] {
  // What git has is told by a variable.
  if (folder === '.git') return [];
  const pattern = folderInput(folder);
  // A folder that holds crates may hold cargo's target folder as well.
  const holdsTarget = layout.isPackage(folder) || layout.holdsPackages(folder);
  return holdsTarget ? [pattern] : [pattern, ignoredToo(pattern)];
}

function ignoredToo(fileset: string): FilesetInput {
  return { fileset, includeIgnored: true };
}

/** The outermost folders of a package of which every file is read. */
function foldersReadWhole(root: string, files: readonly string[], layout: Layout): Set<string> {
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
          if (kind === 'folder') return !isForeignName(name) && isWhole(path);
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
