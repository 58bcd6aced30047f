import { isBelow } from '../workspaces.js';
import type { Crate } from '../model.js';
import type { CrateReads } from '../sources/crate-reads.js';

export type FilesetInput = string | { readonly fileset: string; readonly includeIgnored: true };

/** What a crate's folder brings to the hash of a build. */
export interface CrateSources {
  readonly crate: Crate;
  readonly reads: CrateReads;
  /** The folders of other crates below the crate's own. */
  readonly nested: readonly string[];
}

/** What no build reads unless a source says so. */
const idleFolders = ['tests', 'examples', 'benches'];
const idleFiles = ['README.md', 'CHANGELOG.md', 'LICENSE', 'LICENSE-APACHE', 'LICENSE-MIT'];
export const idle: readonly string[] = [...idleFolders, ...idleFiles];

/**
 * The filesets of a build: for each crate that it takes, the whole folder, since build scripts and proc macros
 * may read any of it, without what none of the sources reads and no build needs; the sources also where git
 * ignores them, since generated ones are compiled all the same; and what the sources read elsewhere. The
 * manifests are left to the slices, which know what of them matters.
 */
export function filesetsOf(crates: readonly CrateSources[]): FilesetInput[] {
  const read = [...new Set(crates.flatMap(({ reads }) => [...reads.files.keys()]))].sort();
  const isCovered = (path: string) =>
    crates.some(({ crate, nested }) => nested.length === 0 && isBelow(path, crate.root));
  return [
    ...crates.flatMap((sources) => knownFilesets(sources, read)),
    // What is read by name may be generated, and git may ignore it.
    ...read.map((path): FilesetInput => ({ fileset: inWorkspace(path), includeIgnored: true })),
    ...read.flatMap((path): FilesetInput[] => {
      const pattern = inWorkspace(`${path}/**/*`);
      // What git has is told by a variable.
      if (path === '.git') return [];
      // A folder that holds crates may hold cargo's target folder as well.
      if (crates.some(({ crate }) => isBelow(crate.root, path))) return isCovered(path) ? [] : [pattern];
      return [{ fileset: pattern, includeIgnored: true }];
    }),
  ];
}

/** Of crates that nobody reads from by name: a library in the middle of a workspace is in the inputs of most builds. */
const unread = new WeakMap<Crate, readonly FilesetInput[]>();

function knownFilesets(sources: CrateSources, read: readonly string[]): readonly FilesetInput[] {
  const { crate, nested } = sources;
  if (nested.length > 0 || read.some((file) => isBelow(file, crate.root)))
    return folderFilesets(sources, read);
  const known = unread.get(crate);
  if (known) return known;
  const filesets = folderFilesets(sources, []);
  unread.set(crate, filesets);
  return filesets;
}

function folderFilesets({ crate, reads, nested }: CrateSources, read: readonly string[]): FilesetInput[] {
  const path = (relative: string) => inWorkspace(crate.root === '.' ? relative : `${crate.root}/${relative}`);
  const sources = { fileset: path('src/**/*'), includeIgnored: true } as const;
  if (nested.length > 0) {
    // The folder holds other crates, whose files are not this one's: then only what cargo itself takes counts.
    const own = crate.targets.map((target) => inWorkspace(target.path));
    return [
      sources,
      ...own,
      ...(crate.buildScript === undefined ? [] : [inWorkspace(crate.buildScript)]),
      ...[...reads.files.keys()].map(inWorkspace),
    ];
  }
  const isIdle = (entry: string) => {
    const plain = crate.root === '.' ? entry : `${crate.root}/${entry}`;
    return (
      !read.some((file) => isBelow(file, plain)) &&
      !crate.targets.some((target) => isBelow(target.path, plain))
    );
  };
  const folders = idleFolders.filter(isIdle);
  // One pattern for many names: a build of a hundred crates has all of them for each.
  return [
    path('**/*'),
    sources,
    `!${path(anyOf(['Cargo.toml', ...idleFiles.filter(isIdle)]))}`,
    ...(folders.length === 0 ? [] : [`!${path(`${anyOf(folders)}/**/*`)}`]),
  ];
}

function anyOf(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `{${names.join(',')}}`;
}

function inWorkspace(path: string): string {
  return `{workspaceRoot}/${path}`;
}
