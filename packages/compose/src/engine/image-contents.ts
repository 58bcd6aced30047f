import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatSize } from '@millwright/toolkit';
import { extract } from 'tar-stream';

/** What an image's file system holds of what programs are loaded with; plain data, kept between runs. */
export interface ImageContents {
  /** Dynamic loaders by every path under which they can be found. */
  readonly loaders: readonly string[];
  /** Folders that the loader searches, in its order, each with the shared libraries in it. */
  readonly libraries: readonly { readonly folder: string; readonly names: readonly string[] }[];
  readonly glibc: string | undefined;
  readonly musl: boolean;
}

/** The entries of an image that matter here. */
export interface ImageEntries {
  /** Regular files that look like libraries or loaders, by path from the root without the leading slash. */
  readonly files: readonly string[];
  /** Symbolic and hard links, by path, with what they lead to. */
  readonly links: ReadonlyMap<string, string>;
  /** The texts of the loaders' configuration. */
  readonly texts: ReadonlyMap<string, string>;
  /** What each libc.so.6 says that it is. */
  readonly glibcVersions: ReadonlyMap<string, string>;
}

const libraryName = /(^lib.*|^ld.*)\.so(\.|$)/;
const configuration = /^etc\/(ld\.so\.conf(\.d\/.*\.conf)?|ld-musl-[^/]*\.path)$/;
const glibcName = /^libc(-2\.\d+)?\.so(\.6)?$/;

/** The most that is kept of an image's names and configuration, in characters; that of a whole desktop has 10 million. */
const mostKept = 64 << 20;

/**
 * Reads an image's root as `docker export` writes it, while it is written: an image may be larger than the disk. Nothing of
 * it is run.
 * @throws Error where it is no tar file, or where the names of its links and libraries are too many
 */
export async function readImageEntries(tar: AsyncIterable<Uint8Array>): Promise<ImageEntries> {
  const files: string[] = [];
  const links = new Map<string, string>();
  const texts = new Map<string, string>();
  const glibcVersions = new Map<string, string>();
  let kept = 0;
  const archive = extract();
  const written = pipeline(tar, archive);
  // Where it fails, so does the reading of entries.
  written.catch(() => undefined);
  for await (const entry of archive) {
    const path = entry.header.name.replace(/^\.?\//, '').replace(/\/$/, '');
    const name = posix.basename(path);
    const { type, linkname } = entry.header;
    if (type === 'symlink' && linkname) links.set(path, linkname);
    // A hard link names its target from the root.
    else if (type === 'link' && linkname) links.set(path, `/${linkname.replace(/^\.?\//, '')}`);
    else if (type === 'file' && libraryName.test(name)) files.push(path);
    if (type === 'file' && configuration.test(path)) texts.set(path, (await bytesOf(entry)).toString());
    else if (type === 'file' && glibcName.test(name)) {
      const version = glibcVersionIn(await bytesOf(entry));
      if (version !== undefined) glibcVersions.set(path, version);
    } else entry.resume();
    kept += (links.get(path)?.length ?? 0) + (texts.get(path)?.length ?? 0);
    if (links.has(path) || texts.has(path) || files.at(-1) === path) kept += path.length;
    if (kept > mostKept)
      throw new Error(`names of links and libraries take more than ${formatSize(mostKept)}`);
  }
  await written;
  return { files, links, texts, glibcVersions };
}

/** The most of a file of an image that is kept, in bytes; glibc has 2 MB. An image may call anything so. */
const mostOfFile = 32 << 20;

/** The beginning of a file of an image; all of it has to be taken from the stream. */
async function bytesOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry) {
    const bytes = (chunk as Buffer).subarray(0, mostOfFile - length);
    length += bytes.length;
    if (bytes.length > 0) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** glibc's libc.so.6 names its release in the banner that it prints when it is run. */
export function glibcVersionIn(bytes: Buffer): string | undefined {
  const at = bytes.indexOf('GNU C Library');
  if (at < 0) return undefined;
  return /release version (2\.\d+)/.exec(bytes.toString('latin1', at, at + 200))?.[1];
}

/** What the loaders of an image find where. */
export function contentsOf(entries: ImageEntries): ImageContents {
  const resolve = linkResolver(entries.links);
  const present = new Set(entries.files.map(resolve));
  const exists = (path: string) => present.has(resolve(path));
  const everyName = [...entries.files, ...entries.links.keys()].filter(
    (path) => libraryName.test(posix.basename(path)) && exists(path),
  );
  const isLoader = (path: string) => /^(ld-|ld64|ld\.so)/.test(posix.basename(path));
  const namesIn = new Map<string, Set<string>>();
  for (const path of everyName) {
    const folder = resolve(posix.dirname(path));
    const names = namesIn.get(folder) ?? new Set();
    namesIn.set(folder, names.add(posix.basename(path)));
  }
  const musl = everyName.some((path) => posix.basename(path).startsWith('ld-musl-'));
  const searched = [...new Set([...searchPath(entries, musl), ...multiarchFolders(namesIn.keys())])];
  const libraries = searched.flatMap((folder) => {
    const names = namesIn.get(resolve(folder.replace(/^\//, '')));
    return names ? [{ folder, names: [...names].sort() }] : [];
  });
  const loaders = withAliases(everyName.filter(isLoader), entries.links, resolve);
  const glibc = [...entries.glibcVersions.values()][0];
  return { loaders: [...new Set(loaders)].sort(), libraries, glibc, musl };
}

/** The most loaders, and links to the folder of one, that are looked at; images have less than ten of either. */
const mostLoaders = 100;

/** The paths of loaders, and those that folders which are links (lib to usr/lib) give them. */
function withAliases(
  loaders: readonly string[],
  links: ReadonlyMap<string, string>,
  resolve: (path: string) => string,
): string[] {
  const linksTo = Map.groupBy(
    [...links.keys()].filter((link) => !link.includes('.so')),
    resolve,
  );
  return loaders.slice(0, mostLoaders).flatMap((path) => {
    const folders = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
    const aliases = folders.flatMap((folder) =>
      (linksTo.get(folder) ?? [])
        .slice(0, mostLoaders)
        .map((link) => `/${link}${folder === '' ? '/' : ''}${path.slice(folder.length)}`),
    );
    return [`/${path}`, ...aliases];
  });
}

/** As Linux has it: what follows more links, or is longer, is no path. */
const mostHops = 40;
const longestPath = 4_096;

/** Follows every link in a path, each folder's once; a circle ends where it began. */
function linkResolver(links: ReadonlyMap<string, string>): (path: string) => string {
  const known = new Map<string, string>();
  const resolve = (path: string): string => {
    const found = known.get(path);
    if (found !== undefined) return found;
    let current = path.replace(/^\//, '');
    for (let hops = 0; hops < mostHops && current.length <= longestPath; hops++) {
      const next = followFirst(current, links);
      if (next === undefined) break;
      current = next;
    }
    known.set(path, current);
    return current;
  };
  return resolve;
}

/** A path with the first link on its way replaced by what that leads to; undefined where there is none. */
function followFirst(path: string, links: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
    const part = end < 0 ? path : path.slice(0, end);
    const target = links.get(part);
    if (target !== undefined) {
      const real = posix.resolve('/', posix.dirname(part), target).slice(1);
      return [real, end < 0 ? '' : path.slice(end + 1)].filter((one) => one !== '').join('/');
    }
    if (end < 0) return undefined;
  }
}

/** ld.so(8): the folders of ld.so.conf, then the built-in ones; musl has its own list. */
function searchPath({ texts }: ImageEntries, musl: boolean): string[] {
  if (musl) {
    const listed = [...texts].find(([path]) => path.startsWith('etc/ld-musl-'))?.[1];
    return listed?.split(/[:\n]/).filter((folder) => folder !== '') ?? ['/lib', '/usr/local/lib', '/usr/lib'];
  }
  const configured = [...texts]
    .filter(([path]) => path.startsWith('etc/ld.so.conf'))
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([, text]) => text.split('\n').map((line) => line.replace(/#.*/, '').trim()))
    .filter((line) => line.startsWith('/'));
  return [...configured, '/lib', '/usr/lib', '/lib64', '/usr/lib64'];
}

/** Debian's loader knows its own folder (/usr/lib/x86_64-linux-gnu) without configuration. */
function multiarchFolders(folders: Iterable<string>): string[] {
  return [...folders]
    .filter((folder) => /^(usr\/)?lib\/[^/]+-linux-gnu[^/]*$/.test(folder))
    .map((folder) => `/${folder}`);
}
