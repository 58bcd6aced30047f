import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
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

/** Reads the tar file of an image's root, as `docker export` writes it. Nothing of it is run. */
export async function readImageEntries(tarFile: string): Promise<ImageEntries> {
  const files: string[] = [];
  const links = new Map<string, string>();
  const texts = new Map<string, string>();
  const glibcVersions = new Map<string, string>();
  const entries = createReadStream(tarFile, { highWaterMark: 1 << 20 }).pipe(extract());
  for await (const entry of entries) {
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
  }
  return { files, links, texts, glibcVersions };
}

async function bytesOf(entry: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry) chunks.push(chunk as Buffer);
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
  const resolve = (path: string) => resolveLinks(path, entries.links);
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
  const loaders = everyName.filter(isLoader).flatMap((path) => aliasesOf(path, entries.links));
  const glibc = [...entries.glibcVersions.values()][0];
  return { loaders: [...new Set(loaders)].sort(), libraries, glibc, musl };
}

/** A file's path, and those that folders which are links (lib to usr/lib) give it. */
function aliasesOf(path: string, links: ReadonlyMap<string, string>): string[] {
  const aliases = [`/${path}`];
  for (const [link, target] of links) {
    const folder = resolveLinks(posix.resolve('/', posix.dirname(link), target).slice(1), links);
    if (path.startsWith(`${folder}/`) && !link.includes('.so'))
      aliases.push(`/${link}${path.slice(folder.length)}`);
  }
  return aliases;
}

/** The path with every link in it followed; a circle ends where it began. */
function resolveLinks(path: string, links: ReadonlyMap<string, string>): string {
  let current = path.replace(/^\//, '');
  for (let hops = 0; hops < 40; hops++) {
    const segments = current.split('/');
    const index = segments.findIndex((_, at) => links.has(segments.slice(0, at + 1).join('/')));
    if (index < 0) return current;
    const link = segments.slice(0, index + 1).join('/');
    const target = posix.resolve('/', posix.dirname(link), links.get(link) ?? '').slice(1);
    current = [target, ...segments.slice(index + 1)].filter((segment) => segment !== '').join('/');
  }
  return current;
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
