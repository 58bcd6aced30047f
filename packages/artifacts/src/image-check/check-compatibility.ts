import { posix } from 'node:path';
import { compareVersions, type ObjectFile } from '@millwright/object-file';
import { platforms } from '@millwright/toolkit/core';
import type { ImageContents } from './image-contents.js';

/** A binary that is to run in an image, as read from the file. */
export interface ContainedBinary {
  /** The name in messages: the path relative to the workspace. */
  readonly name: string;
  /** Its path in the container. */
  readonly path: string;
  readonly object: ObjectFile;
}

/** An image, as far as programs depend on it. */
export interface RuntimeImage extends ImageContents {
  /** The name in messages. */
  readonly name: string;
  /** As Docker names it: amd64, arm64. */
  readonly architecture: string;
}

/** Where a binary is to run. */
export interface Surroundings {
  /** What the binary runs in, in messages: a service or an image. */
  readonly place: string;
  readonly image: RuntimeImage;
  /** The engine's architecture, in Docker's spelling. Undefined if the image can run on any engine. */
  readonly engine: string | undefined;
  /** Architectures that the engine emulates, in the object-file reader's spelling. */
  readonly emulated: readonly string[];
  /** Paths in the container of the shared libraries that are added to the image. */
  readonly addedLibraries: readonly string[];
  /** Additional folders that the loader searches: LD_LIBRARY_PATH. */
  readonly libraryPath: readonly string[];
  readonly remedies: Remedies;
}

/** How a user changes the surroundings, as parts of a remedy. */
export interface Remedies {
  /** How to use the image of another platform. */
  readonly otherPlatform: (platform: string) => string;
  /** How to add a library to the container. */
  readonly addLibrary: (library: string) => string;
}

export interface Incompatibility {
  readonly kind: 'format' | 'architecture' | 'interpreter' | 'glibc' | 'library';
  readonly what: string;
  readonly why: string;
  readonly remedy?: string;
}

/**
 * Returns the reasons why a binary cannot run in an image. Empty if it can. Consequences of another reason
 * are left out.
 */
export function checkCompatibility(binary: ContainedBinary, surroundings: Surroundings): Incompatibility[] {
  const format = checkFormat(binary, surroundings) ?? checkArchitecture(binary, surroundings);
  if (format) return [format];
  const loader = checkLoader(binary, surroundings);
  return [
    ...(loader ? [loader] : []),
    ...checkGlibc(binary, surroundings),
    ...(loader ? [] : checkLibraries(binary, surroundings)),
  ];
}

const formats = {
  elf: 'ELF',
  'mach-o': 'Mach-O, the format of macOS',
  pe: 'PE, the format of Windows',
} as const;

function checkFormat(
  { name, object }: ContainedBinary,
  { place }: Surroundings,
): Incompatibility | undefined {
  const refuse = (why: string, remedy?: string): Incompatibility => ({
    kind: 'format',
    what: `${name} cannot run in ${place}`,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (object.format !== 'elf')
    return refuse(`its format is ${formats[object.format]}; Linux containers run ELF programs`);
  if (object.os !== undefined && object.os !== 'linux')
    return refuse(`the binary was built for ${object.os} instead of Linux`);
  return undefined;
}

function checkArchitecture(
  { name, object }: ContainedBinary,
  { place, image, engine, emulated, remedies }: Surroundings,
): Incompatibility | undefined {
  const own = engine === undefined ? undefined : objectArchitecture(engine);
  const refuse = (why: string, remedy?: string): Incompatibility => ({
    kind: 'architecture',
    what: `${name} cannot run in ${place}`,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (own !== undefined && object.architecture !== own && !emulated.includes(object.architecture)) {
    return refuse(
      `the binary was built for ${object.architecture}; the container engine runs ${own} and cannot emulate ${object.architecture}`,
    );
  }
  const images = objectArchitecture(image.architecture);
  if (images !== undefined && object.architecture !== images && object.interpreter !== undefined) {
    return refuse(
      `the binary was built for ${object.architecture}, and the image ${image.name} is for ${images}`,
      `${remedies.otherPlatform(`linux/${dockerArchitecture(object.architecture)}`)}, or build for ${images}`,
    );
  }
  return undefined;
}

function checkLoader(
  { name, object }: ContainedBinary,
  { image }: Surroundings,
): Incompatibility | undefined {
  const { interpreter, libc } = object;
  if (interpreter === undefined || image.loaders.includes(interpreter)) return undefined;
  const available = image.musl ? 'musl' : image.glibc === undefined ? 'no C library' : `glibc ${image.glibc}`;
  return {
    kind: 'interpreter',
    what: `the image ${image.name} has no dynamic loader for ${name}`,
    why: `the binary is linked against ${libc ?? 'a C library'} and requires ${interpreter}; the image has ${available}`,
    ...(libc === 'musl'
      ? { remedy: 'link the binary statically, use an image with musl (Alpine), or build for glibc' }
      : {}),
  };
}

function checkGlibc({ name, object }: ContainedBinary, { image }: Surroundings): Incompatibility[] {
  const { glibc } = image;
  if (glibc === undefined || object.libc !== 'glibc') return [];
  const tooNew = object.glibcSymbols.filter(({ version }) => compareVersions(version, glibc) > 0);
  const highest = tooNew.at(-1);
  if (!highest) return [];
  const symbols = tooNew.flatMap(({ version, symbols: of }) =>
    of.slice(0, 3).map((symbol) => `${symbol} (GLIBC_${version})`),
  );
  return [
    {
      kind: 'glibc',
      what: `${name} requires glibc ${highest.version}, but ${image.name} has ${glibc}`,
      why: `the binary uses ${symbols.slice(0, 6).join(', ')}`,
      remedy: `build with \`glibc: "${glibc}"\` or \`libc: "musl"\`, or use an image with glibc ${highest.version} or newer`,
    },
  ];
}

function checkLibraries(
  { name, path, object }: ContainedBinary,
  surroundings: Surroundings,
): Incompatibility[] {
  const { image, addedLibraries, libraryPath, remedies } = surroundings;
  const own = [...object.runPaths, ...libraryPath].map((folder) =>
    folder.replace(/\$\{?ORIGIN\}?/g, posix.dirname(path)),
  );
  const found = new Set([
    ...image.libraries.flatMap(({ names }) => names),
    ...image.loaders.map((loader) => posix.basename(loader)),
    ...addedLibraries
      .filter((library) => isSearched(posix.dirname(library), image, own))
      .map((library) => posix.basename(library)),
  ]);
  const missing = object.neededLibraries.filter((library) => !found.has(posix.basename(library)));
  return missing.map((library) => ({
    kind: 'library',
    what: `${name} requires ${library}, which ${image.name} does not contain`,
    why: `the library is in none of the folders that the dynamic loader searches: ${[...own, ...image.libraries.map(({ folder }) => folder)].join(', ')}`,
    remedy: `link the library statically, use an image that has ${library}, or ${remedies.addLibrary(library)}`,
  }));
}

function isSearched(folder: string, image: RuntimeImage, own: readonly string[]): boolean {
  return ['/lib', '/usr/lib', ...own, ...image.libraries.map((entry) => entry.folder)].includes(folder);
}

/** Converts Docker's name of an architecture to the object-file reader's. Undefined if there is none. */
export function objectArchitecture(docker: string): string | undefined {
  return platforms.find(({ goos, goarch }) => goos === 'linux' && goarch === docker)?.objectArchitecture;
}

function dockerArchitecture(object: string): string {
  return (
    platforms.find(({ goos, objectArchitecture: name }) => goos === 'linux' && name === object)?.goarch ??
    object
  );
}
