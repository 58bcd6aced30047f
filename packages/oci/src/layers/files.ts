import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import type { TarEntry } from '@millwright/artifacts/archives';
import { linkResolver } from '@millwright/artifacts/image-check';
import { checkWithinWorkspace, isInAnyFolder } from '@millwright/toolkit/core';
import { ociError } from '../errors.js';

/** A file or folder of the workspace that goes into an image. */
export interface AddedFile {
  /** Relative to the workspace. A folder is added with everything in it. */
  readonly source: string;
  /** Its absolute path in the image. */
  readonly path: string;
  /** The permission bits of files, in octal digits (default: 0755 if executable, otherwise 0644). */
  readonly mode?: string | undefined;
}

/**
 * Returns the entries of a layer for files of the workspace, with the content of folders. Links in folders stay links.
 * A link to a file that is added by its own name is followed.
 * @throws MillwrightError IMAGE_ARTIFACT_MISSING, IMAGE_FILE_REFUSED, PATH_OUTSIDE_WORKSPACE
 */
export function fileEntries(workspaceRoot: string, files: readonly AddedFile[]): TarEntry[] {
  return files.flatMap(({ source, path, mode }) => {
    const absolute = join(workspaceRoot, source);
    checkWithinWorkspace(workspaceRoot, absolute);
    return entriesAt(followed(absolute, source, workspaceRoot), source, entryName(path), mode);
  });
}

/**
 * Returns the name of an entry for a path in the image.
 * @throws MillwrightError IMAGE_FILE_REFUSED
 */
export function entryName(path: string): string {
  const name = posix.normalize(path).replace(/\/+$/, '').slice(1);
  const why = !path.startsWith('/')
    ? 'it does not start with a slash'
    : name === ''
      ? 'it is the root folder'
      : /\p{Cc}/u.test(path)
        ? 'it contains a control character'
        : name.split('/').some(isWhiteout)
          ? removesFiles
          : undefined;
  if (why === undefined) return name;
  throw ociError('IMAGE_FILE_REFUSED', { what: `${JSON.stringify(path)} cannot be a path in an image`, why });
}

/** Such a file removes others from the layers below it (image-spec, layer.md, "Whiteouts"). */
function isWhiteout(name: string): boolean {
  return name.startsWith('.wh.');
}

const removesFiles = 'names that start with .wh. remove files from an image';

/** @param top the entry that contains all others: links must not lead out of it */
function entriesAt(
  path: string,
  source: string,
  name: string,
  mode: string | undefined,
  top = name,
): TarEntry[] {
  if (isWhiteout(posix.basename(name))) throw refused(source, removesFiles);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw ociError('IMAGE_ARTIFACT_MISSING', {
      what: `${source} cannot be added to the image`,
      why: 'the file does not exist',
    });
  if (found.isDirectory()) {
    const names = readdirSync(path).sort();
    return [
      { name, mode: 0o755, content: { kind: 'folder' } },
      ...names.flatMap((entry) =>
        entriesAt(join(path, entry), posix.join(source, entry), posix.join(name, entry), mode, top),
      ),
    ];
  }
  if (found.isSymbolicLink()) return [linkEntry(path, source, name, top)];
  if (!found.isFile()) throw refused(source, 'the path is not a regular file');
  const bits = mode === undefined ? ((found.mode & 0o100) === 0 ? 0o644 : 0o755) : Number.parseInt(mode, 8);
  return [{ name, mode: bits, content: { kind: 'file', source: path, size: found.size } }];
}

function refused(source: string, why: string, remedy?: string) {
  const what = `${source} cannot be added to the image`;
  return ociError('IMAGE_FILE_REFUSED', { what, why, ...(remedy === undefined ? {} : { remedy }) });
}

/** Returns the file that a path means: links are followed. */
function followed(path: string, source: string, workspaceRoot: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return path;
  const remedy = 'replace the link with the file that it points to';
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  if (!isFile) throw refused(source, `it is a link to ${readlinkSync(path)}, which is not a file`, remedy);
  const real = realpathSync.native(path);
  // Nx does not track what is outside.
  if (isInAnyFolder(real, [realpathSync.native(workspaceRoot)])) return real;
  throw refused(source, `it is a link to ${readlinkSync(path)}, which is outside the workspace`, remedy);
}

/** A link that leads out of its folder means another file in the image than in the workspace. */
function linkEntry(path: string, source: string, name: string, top: string): TarEntry {
  const target = readlinkSync(path);
  const named = posix.join(posix.dirname(name), target);
  if (!isAbsolute(target) && (named === top || named.startsWith(`${top}/`)))
    return { name, mode: 0o777, content: { kind: 'link', target } };
  throw refused(
    source,
    `the file is a link to ${target}, which is outside the folder that is added`,
    'replace the link with the file that it points to',
  );
}

/** Folders of every base, with owners and modes that an image must not change. */
export const systemFolders: ReadonlySet<string> = new Set([
  ...[
    'bin',
    'dev',
    'etc',
    'home',
    'lib',
    'lib64',
    'opt',
    'proc',
    'root',
    'run',
    'sbin',
    'srv',
    'sys',
    'tmp',
    'usr',
    'var',
  ],
  ...[
    'etc/ssl',
    'etc/ssl/certs',
    'usr/bin',
    'usr/lib',
    'usr/local',
    'usr/sbin',
    'usr/share',
    'usr/local/bin',
  ],
  ...[
    'usr/local/lib',
    'usr/local/sbin',
    'usr/local/share',
    'var/cache',
    'var/lib',
    'var/log',
    'var/run',
    'var/tmp',
  ],
]);

/**
 * Adds the folders that lead to entries, which no entry has yet, and orders all by name, so that every folder precedes
 * its content. A later entry of a name replaces an earlier one.
 * @param present the folders of the base, which are left as they are, unless an entry has an owner
 */
export function withParents(
  entries: readonly TarEntry[],
  present: ReadonlySet<string> = new Set(),
): TarEntry[] {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { name } of entries) {
    for (let folder = posix.dirname(name); folder !== '.'; folder = posix.dirname(folder))
      if (!byName.has(folder)) byName.set(folder, { name: folder, mode: 0o755, content: { kind: 'folder' } });
  }
  return [...byName.values()]
    .filter(
      ({ name, content, owner }) => content.kind !== 'folder' || owner !== undefined || !present.has(name),
    )
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * Puts entries where the links of the base lead, such as from `lib` to `usr/lib`. An entry below a link would replace the
 * link by a folder, and hide the files behind it.
 * @param links by path without the leading slash
 */
export function behindLinks(entries: readonly TarEntry[], links: ReadonlyMap<string, string>): TarEntry[] {
  const resolve = linkResolver(links);
  return entries.map((entry) => {
    if (entry.content.kind === 'folder') return { ...entry, name: resolve(entry.name) };
    // A file or link may take the place of a link.
    const [folder, name] = [posix.dirname(entry.name), posix.basename(entry.name)];
    return { ...entry, name: folder === '.' ? name : posix.join(resolve(folder), name) };
  });
}
