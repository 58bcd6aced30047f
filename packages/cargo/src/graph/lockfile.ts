import { MillwrightError } from '@millwright/toolkit';
import { parse, TomlError } from 'smol-toml';
import { asStrings, asTable, type TomlTable } from './toml.js';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** Where the package comes from, such as `registry+https://…`; undefined for a folder. */
  readonly source?: string;
  /** The archive's SHA-256 in hexadecimal; undefined for git sources and folders. */
  readonly checksum?: string;
  /** What the package depends on, under any platform and feature, as positions in `packages`. */
  readonly dependencies: readonly number[];
}

export interface Lockfile {
  /** The version of the format; 1 where the file does not say. */
  readonly version: number;
  readonly packages: readonly LockedPackage[];
  /** The positions of the packages of a name. */
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

interface RawPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string | undefined;
  readonly checksum: string | undefined;
  readonly dependencies: readonly string[];
}

/**
 * Reads a Cargo.lock of the versions 1 to 4 (Cargo's `core/resolver/encode.rs` describes the format).
 * @param path names the file in errors
 * @throws MillwrightError LOCKFILE_INVALID where the text is no lockfile, or names a package it does not hold
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
  const version = typeof document.version === 'number' ? document.version : 1;
  const packages = raw.map((entry) => ({
    name: entry.name,
    version: entry.version,
    ...(entry.source === undefined ? {} : { source: entry.source }),
    ...(entry.checksum === undefined ? {} : { checksum: entry.checksum }),
    dependencies: entry.dependencies.map((reference) => {
      const index = find(reference, raw, byName);
      if (index !== undefined) return index;
      throw new MillwrightError('LOCKFILE_INVALID', {
        what: `${at(path, lineOf(text, `"${reference}"`))}: "${entry.name}" depends on "${reference}"`,
        why: 'the file holds no such package, or more than one that this could be',
      });
    }),
  }));
  return { version, packages, byName };
}

function parseDocument(text: string, path: string): TomlTable {
  const conflict = /^(<{7}|={7}|>{7})/m.exec(text);
  if (conflict) {
    throw new MillwrightError('LOCKFILE_INVALID', {
      what: `${at(path, lineAt(text, conflict.index))}: a merge conflict is left in the file`,
      why: `the line begins with "${conflict[0]}"`,
      remedy: `Take one side with git checkout --ours -- ${path}, then run cargo update --workspace.`,
    });
  }
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new MillwrightError('LOCKFILE_INVALID', {
      what: `${at(path, error.line)}: the file is not TOML`,
      why: error.message.split('\n')[0] ?? 'the parser gave no reason',
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
      throw new MillwrightError('LOCKFILE_INVALID', {
        what: `${path}: package number ${index + 1} has no name or no version`,
        why: 'every [[package]] needs both as strings',
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

/** `name`, `name version` or `name version (source)`: as much as is needed to tell it from the others. */
function find(
  reference: string,
  packages: readonly RawPackage[],
  byName: ReadonlyMap<string, readonly number[]>,
): number | undefined {
  const [name = '', version, bracketed] = reference.split(' ');
  const source = bracketed?.replace(/^\(|\)$/g, '');
  const fits = (byName.get(name) ?? []).filter((index) => {
    const candidate = packages[index];
    if (version !== undefined && candidate?.version !== version) return false;
    return source === undefined || withoutRevision(candidate?.source) === withoutRevision(source);
  });
  if (fits.length <= 1) return fits[0];
  // Version 1 leaves the source out for a folder; the other versions never leave an ambiguity.
  const folders = fits.filter((index) => packages[index]?.source === undefined);
  return folders.length === 1 ? folders[0] : undefined;
}

/** References name a git source without the commit that the package's own entry pins. */
function withoutRevision(source: string | undefined): string | undefined {
  return source?.replace(/#.*$/, '');
}

function at(path: string, line: number | undefined): string {
  return line === undefined ? path : `${path}:${line}`;
}

function lineOf(text: string, needle: string): number | undefined {
  const index = text.indexOf(needle);
  return index < 0 ? undefined : lineAt(text, index);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
