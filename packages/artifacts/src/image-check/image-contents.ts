import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { formatSize } from '@millwright/toolkit/core';
import { extract } from 'tar-stream';

/** The loaders and libraries of an image. Plain data that is cached between runs. */
export interface ImageContents {
  /** Dynamic loaders, by every path at which they can be found. */
  readonly loaders: readonly string[];
  /** Folders that the loader searches, in order, with the shared libraries in each. */
  readonly libraries: readonly { readonly folder: string; readonly names: readonly string[] }[];
  readonly glibc: string | undefined;
  readonly musl: boolean;
}

/** The relevant entries of an image. */
export interface ImageEntries {
  /** Regular files that look like libraries or loaders: paths from the root, without the leading slash. */
  readonly files: readonly string[];
  /** Folders that have an entry. */
  readonly folders: readonly string[];
  /** Symbolic and hard links: path to target. */
  readonly links: ReadonlyMap<string, string>;
  /** The configuration files of the loaders: path to text. */
  readonly texts: ReadonlyMap<string, string>;
  /** The glibc version of each libc.so.6, by path. */
  readonly glibcVersions: ReadonlyMap<string, string>;
  /** Whiteouts of a layer: paths that it removes from the layers below (image-spec, layer.md). */
  readonly removed: readonly string[];
  /** Folders of which the layer hides everything in the layers below. */
  readonly emptied: readonly string[];
}

/** Files that tell the users of an image. */
const userFiles = /^etc\/(passwd|group)$/;
const libraryName = /(^lib.*|^ld.*)\.so(\.|$)/;
const configuration = /^etc\/(ld\.so\.conf(\.d\/.*\.conf)?|ld-musl-[^/]*\.path)$/;
const glibcName = /^libc(-2\.\d+)?\.so(\.6)?$/;

/**
 * The limit for names and configuration kept per image, in characters. A full desktop image has 10 million.
 */
const maxTextLength = 64 << 20;

/**
 * Reads the entries of an image from the tar stream of `docker export`, or of one of its layers. It streams, because an
 * image can be larger than the disk. Nothing in the image is run.
 * @throws Error if the stream is not a tar file, or if its names exceed the limit
 */
export async function readImageEntries(tar: AsyncIterable<Uint8Array>): Promise<ImageEntries> {
  const files: string[] = [];
  const folders: string[] = [];
  const links = new Map<string, string>();
  const texts = new Map<string, string>();
  const glibcVersions = new Map<string, string>();
  const removed: string[] = [];
  const emptied: string[] = [];
  let kept = 0;
  const archive = extract();
  const written = pipeline(fullBlocks(tar), archive);
  // If it fails, the loop below fails too.
  written.catch(() => undefined);
  for await (const entry of archive) {
    const path = entry.header.name.replace(/^\.?\//, '').replace(/\/$/, '');
    const name = posix.basename(path);
    const { type, linkname } = entry.header;
    if (name === '.wh..wh..opq') emptied.push(posix.dirname(path));
    else if (name.startsWith('.wh.'))
      removed.push(posix.join(posix.dirname(path), name.slice('.wh.'.length)));
    if (type === 'symlink' && linkname) links.set(path, linkname);
    // The target of a hard link is relative to the root.
    else if (type === 'link' && linkname) links.set(path, `/${linkname.replace(/^\.?\//, '')}`);
    else if (type === 'directory' && path !== '' && path !== '.') folders.push(path);
    else if (type === 'file' && libraryName.test(name)) files.push(path);
    if (type === 'file' && (configuration.test(path) || userFiles.test(path)))
      texts.set(path, (await bytesOf(entry)).toString());
    else if (type === 'file' && glibcName.test(name)) {
      const version = glibcVersionIn(await bytesOf(entry));
      if (version !== undefined) glibcVersions.set(path, version);
    } else entry.resume();
    kept += (links.get(path)?.length ?? 0) + (texts.get(path)?.length ?? 0);
    if (links.has(path) || texts.has(path) || files.at(-1) === path || folders.at(-1) === path)
      kept += path.length;
    kept += (removed.at(-1)?.length ?? 0) * Number(name.startsWith('.wh.'));
    if (kept > maxTextLength)
      throw new Error(`names of folders, links and libraries take more than ${formatSize(maxTextLength)}`);
  }
  await written;
  return { files, folders, links, texts, glibcVersions, removed, emptied };
}

const blockSize = 512;

/** Fills up the last block of a tar stream. Some builders leave it short, and engines accept that. */
async function* fullBlocks(tar: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let length = 0;
  for await (const chunk of tar) {
    length += chunk.length;
    yield chunk;
  }
  if (length % blockSize > 0) yield Buffer.alloc(blockSize - (length % blockSize));
}

/** Returns the entries of an image from those of its layers, the lowest first. */
export function stackEntries(layers: readonly ImageEntries[]): ImageEntries {
  return layers.reduce((below, layer) => {
    const hidden = [...layer.removed, ...layer.emptied];
    const replaced = new Set([
      ...layer.files,
      ...layer.folders,
      ...layer.links.keys(),
      ...layer.texts.keys(),
    ]);
    const stays = (path: string) =>
      !replaced.has(path) &&
      !hidden.some((one) => one === '.' || path.startsWith(`${one}/`)) &&
      !layer.removed.includes(path);
    const merged = <Value>(lower: ReadonlyMap<string, Value>, upper: ReadonlyMap<string, Value>) =>
      new Map([...[...lower].filter(([path]) => stays(path)), ...upper]);
    return {
      files: [...below.files.filter(stays), ...layer.files],
      folders: [...below.folders.filter(stays), ...layer.folders],
      links: merged(below.links, layer.links),
      texts: merged(below.texts, layer.texts),
      glibcVersions: merged(below.glibcVersions, layer.glibcVersions),
      removed: [],
      emptied: [],
    };
  });
}

/** The number of bytes kept of one file. glibc's has 2 MB, but an image can give any file that name. */
const maxBytesPerFile = 32 << 20;

/** Returns the beginning of an entry. Consumes the whole entry, as the stream requires. */
async function bytesOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of entry) {
    const bytes = (chunk as Buffer).subarray(0, maxBytesPerFile - length);
    length += bytes.length;
    if (bytes.length > 0) chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Returns the version in the banner that glibc's libc.so.6 prints when run. */
export function glibcVersionIn(bytes: Buffer): string | undefined {
  const at = bytes.indexOf('GNU C Library');
  if (at < 0) return undefined;
  return /release version (2\.\d+)/.exec(bytes.toString('latin1', at, at + 200))?.[1];
}

/** Returns the loaders of an image, and the libraries that they find. */
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

/**
 * The maximum number of loaders, and of links to the folder of each. Images have fewer than ten of either.
 */
const maxLoaders = 100;

/** Returns the paths of loaders, including those through linked folders (lib to usr/lib). */
function withAliases(
  loaders: readonly string[],
  links: ReadonlyMap<string, string>,
  resolve: (path: string) => string,
): string[] {
  const linksTo = Map.groupBy(
    [...links.keys()].filter((link) => !link.includes('.so')),
    resolve,
  );
  return loaders.slice(0, maxLoaders).flatMap((path) => {
    const folders = path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'));
    const aliases = folders.flatMap((folder) =>
      (linksTo.get(folder) ?? [])
        .slice(0, maxLoaders)
        .map((link) => `/${link}${folder === '' ? '/' : ''}${path.slice(folder.length)}`),
    );
    return [`/${path}`, ...aliases];
  });
}

/** Linux's limits for links in a path and for its length. */
const maxLinks = 40;
const maxPathLength = 4_096;

/**
 * Resolves every link in a path, and caches the result per folder. A circle stops after `maxLinks` links.
 */
export function linkResolver(links: ReadonlyMap<string, string>): (path: string) => string {
  const known = new Map<string, string>();
  const resolve = (path: string): string => {
    const found = known.get(path);
    if (found !== undefined) return found;
    let current = path.replace(/^\//, '');
    for (let hops = 0; hops < maxLinks && current.length <= maxPathLength; hops++) {
      const next = followFirst(current, links);
      if (next === undefined) break;
      current = next;
    }
    known.set(path, current);
    return current;
  };
  return resolve;
}

/** Replaces the first link in a path by its target. Returns undefined if the path contains no link. */
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

/**
 * Returns the folders that ld.so(8) searches: those of ld.so.conf, then the built-in ones. musl has its own
 * list.
 */
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

/**
 * Returns Debian's multiarch folders (/usr/lib/x86_64-linux-gnu), which its loader searches without
 * configuration.
 */
function multiarchFolders(folders: Iterable<string>): string[] {
  return [...folders]
    .filter((folder) => /^(usr\/)?lib\/[^/]+-linux-gnu[^/]*$/.test(folder))
    .map((folder) => `/${folder}`);
}
