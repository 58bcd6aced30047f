import { posix } from 'node:path';
import { firstLine, MillwrightError, type RepositoryFiles, shellWord } from '@millwright/toolkit';
import { TomlError } from 'smol-toml';
import { cargoError } from '../errors.js';
import { asStrings, asTable, parseToml, type TomlTable } from './toml.js';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** The package's source, such as `registry+https://…`; undefined for a folder. */
  readonly source?: string;
  /** The SHA-256 of the archive in hexadecimal; undefined for git sources and folders. */
  readonly checksum?: string;
  /** Dependencies for all platforms and features, as indexes in `packages`. */
  readonly dependencies: readonly number[];
}

export interface Lockfile {
  /** The version of the format; 1 if the file does not state it. */
  readonly version: number;
  readonly packages: readonly LockedPackage[];
  /** The indexes of the packages with a name. */
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** Patches that replace nothing, as `name version`; they are not built. */
  readonly unusedPatches: ReadonlySet<string>;
}

interface RawPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string | undefined;
  readonly checksum: string | undefined;
  readonly dependencies: readonly string[];
}

/**
 * Parses a Cargo.lock of versions 1 to 4 (format: Cargo's `core/resolver/encode.rs`).
 * @param path the file's path for error messages
 * @throws MillwrightError LOCKFILE_INVALID if the text is not a lock file, or refers to a package that it does not contain
 */
export function parseLockfile(text: string, path: string): Lockfile {
  const document = parseDocument(text, path);
  const checksums = asTable(document.metadata) ?? {};
  const raw = packagesOf(document, checksums, path);
  const byName = new Map<string, number[]>();
  raw.forEach(({ name }, index) => {
    const same = byName.get(name);
    if (same) same.push(index);
    else byName.set(name, [index]);
  });
  const references = new References(raw);
  const version = typeof document.version === 'number' ? document.version : 1;
  const packages = raw.map((entry) => ({
    name: entry.name,
    version: entry.version,
    ...(entry.source === undefined ? {} : { source: entry.source }),
    ...(entry.checksum === undefined ? {} : { checksum: entry.checksum }),
    dependencies: entry.dependencies.map((reference) => {
      const index = references.find(reference);
      if (index !== undefined) return index;
      throw cargoError('LOCKFILE_INVALID', {
        what: `cannot resolve the dependency "${reference}" of the package "${entry.name}"`,
        location: { file: path, line: lineOf(text, `"${reference}",`) },
        why: 'no package in the lock file matches the reference, or several packages do',
      });
    }),
  }));
  return { version, packages, byName, unusedPatches: unusedPatchesOf(document) };
}

/** Returns whether a lock file contains a package of this name from a folder, in any version. */
export function containsLocalCrate({ packages, byName }: Lockfile, name: string): boolean {
  return byName.get(name)?.some((index) => packages[index]?.source === undefined) === true;
}

function unusedPatchesOf({ patch }: TomlTable): Set<string> {
  const unused: unknown = asTable(patch)?.unused;
  const names = new Set<string>();
  for (const entry of Array.isArray(unused) ? (unused as unknown[]) : []) {
    const table = asTable(entry);
    if (table) names.add(`${String(table.name)} ${String(table.version)}`);
  }
  return names;
}

/**
 * Reads the lock files of Cargo workspaces, by the workspaces' folders. Skips invalid files: the target `resolve`
 * reports them, and the graph works without them.
 */
export function readLockfiles(roots: readonly string[], files: RepositoryFiles): Map<string, Lockfile> {
  const found = new Map<string, Lockfile>();
  for (const root of roots) {
    const path = posix.join(root, 'Cargo.lock');
    const text = files.read(path);
    if (text === undefined) continue;
    try {
      found.set(root, parseLockfile(text, path));
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
    }
  }
  return found;
}

function parseDocument(text: string, path: string): TomlTable {
  const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
  if (conflict) {
    throw cargoError('LOCKFILE_INVALID', {
      what: 'the lock file contains a merge conflict',
      location: { file: path, line: lineAt(text, conflict.index) },
      why: `the line starts with the conflict marker ${conflict[0]}`,
      remedy: `git checkout --ours -- ${shellWord(path)}, then cargo update --workspace`,
    });
  }
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw cargoError('LOCKFILE_INVALID', {
      what: 'the lock file is not valid TOML',
      location: { file: path, line: error.line, column: error.column },
      why: firstLine(error.message),
      cause: error,
    });
  }
}

function packagesOf(document: TomlTable, checksums: TomlTable, path: string): RawPackage[] {
  const listed: unknown = document.package ?? [];
  const root = document.root;
  const entries: unknown[] = Array.isArray(listed) ? listed : [listed];
  return [...(root === undefined ? [] : [root]), ...entries].map((entry, index) => {
    const table = asTable(entry);
    const name = table?.name;
    const version = table?.version;
    if (table === undefined || typeof name !== 'string' || typeof version !== 'string') {
      throw cargoError('LOCKFILE_INVALID', {
        what: `[[package]] entry number ${index + 1} has no name or no version`,
        location: { file: path },
        why: 'both are required, as strings',
      });
    }
    const source = table.source;
    const checksum = table.checksum ?? checksums[`checksum ${name} ${version} (${String(source)})`];
    return {
      name,
      version,
      source: typeof source === 'string' ? source : undefined,
      checksum: typeof checksum === 'string' ? checksum : undefined,
      dependencies: asStrings(table.dependencies),
    };
  });
}

/** Matches for a reference: the number and the last index of all packages, and of those without a source. */
interface Candidates {
  count: number;
  index: number;
  folders: number;
  folder: number;
}

/** Resolves references: `name`, `name version` or `name version (source)`, whichever is unambiguous. */
class References {
  private readonly candidates = new Map<string, Candidates>();

  constructor(packages: readonly RawPackage[]) {
    for (const [index, { name, version, source }] of packages.entries()) {
      const keys = [name, `${name} ${version}`];
      if (source !== undefined) keys.push(`${name} ${version} ${withoutRevision(source)}`);
      for (const key of keys) this.add(key, index, source === undefined);
    }
  }

  private add(key: string, index: number, isFolder: boolean): void {
    const known = this.candidates.get(key) ?? { count: 0, index, folders: 0, folder: index };
    known.count += 1;
    if (isFolder) {
      known.folders += 1;
      known.folder = index;
    }
    this.candidates.set(key, known);
  }

  find(reference: string): number | undefined {
    const [name = '', version, bracketed] = reference.split(' ');
    const source = bracketed === undefined ? [] : [withoutRevision(bracketed.replace(/^\(|\)$/g, ''))];
    const found = this.candidates.get(
      [name, ...(version === undefined ? [] : [version]), ...source].join(' '),
    );
    if (found === undefined) return undefined;
    if (found.count === 1) return found.index;
    // Version 1 omits the source for a folder; in other versions references are never ambiguous.
    return found.folders === 1 ? found.folder : undefined;
  }
}

/** Removes the commit from a git source, because references do not contain it. */
function withoutRevision(source: string): string {
  return source.replace(/#.*$/, '');
}

function lineOf(text: string, needle: string): number | undefined {
  const index = text.indexOf(needle);
  return index < 0 ? undefined : lineAt(text, index);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
