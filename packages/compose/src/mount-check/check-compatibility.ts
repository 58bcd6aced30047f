import { posix } from 'node:path';
import { compareVersions, type ObjectFile } from '@millwright/object-file';
import { platforms } from '@millwright/toolkit';
import type { ComposeErrorCode } from '../errors.js';
import type { ImageFacts } from '../engine/image.js';

/** A binary to mount into a service's container, as read from the file. */
export interface MountedBinary {
  /** The name in messages: the path relative to the workspace. */
  readonly name: string;
  /** Its path in the container. */
  readonly path: string;
  readonly object: ObjectFile;
}

export interface MountTarget {
  readonly service: string;
  readonly image: ImageFacts;
  /** The engine's architecture, in Docker's spelling. */
  readonly engine: string;
  /** Architectures that the engine emulates, in the object-file reader's spelling. */
  readonly emulated: readonly string[];
  /** Paths in the container of the shared libraries that are mounted too. */
  readonly mountedLibraries: readonly string[];
  /** Additional folders that the loader searches: LD_LIBRARY_PATH. */
  readonly libraryPath: readonly string[];
}

export interface Incompatibility {
  readonly code: ComposeErrorCode;
  readonly what: string;
  readonly why: string;
  readonly remedy?: string;
}

/**
 * Returns the reasons why a binary cannot run in an image. Empty if it can. Consequences of another reason
 * are left out.
 */
export function checkCompatibility(binary: MountedBinary, surroundings: MountTarget): Incompatibility[] {
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

function checkFormat({ name, object }: MountedBinary, { service }: MountTarget): Incompatibility | undefined {
  const refuse = (why: string, remedy?: string): Incompatibility => ({
    code: 'MOUNT_FORMAT_REFUSED',
    what: `${name} cannot run in ${service}`,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (object.format !== 'elf') return refuse(`it is ${formats[object.format]}; containers run ELF programs`);
  if (object.os !== undefined && object.os !== 'linux')
    return refuse(`it was built for ${object.os}, not for Linux`);
  return undefined;
}

function checkArchitecture(
  { name, object }: MountedBinary,
  { service, image, engine, emulated }: MountTarget,
): Incompatibility | undefined {
  const own = objectArchitecture(engine);
  const refuse = (why: string, remedy?: string): Incompatibility => ({
    code: 'MOUNT_ARCHITECTURE_REFUSED',
    what: `${name} cannot run in ${service}`,
    why,
    ...(remedy === undefined ? {} : { remedy }),
  });
  if (own !== undefined && object.architecture !== own && !emulated.includes(object.architecture)) {
    return refuse(
      `it was built for ${object.architecture}; the engine runs ${own} and cannot emulate ${object.architecture}`,
    );
  }
  const images = objectArchitecture(image.architecture);
  if (images !== undefined && object.architecture !== images && object.interpreter !== undefined) {
    return refuse(
      `it was built for ${object.architecture}, and the image ${image.name} is for ${images}`,
      `use the image for that architecture (platform: linux/${dockerArchitecture(object.architecture)} in the Compose file), or build for ${images}`,
    );
  }
  return undefined;
}

function checkLoader({ name, object }: MountedBinary, { image }: MountTarget): Incompatibility | undefined {
  const { interpreter, libc } = object;
  if (interpreter === undefined || image.loaders.includes(interpreter)) return undefined;
  const available = image.musl ? 'musl' : image.glibc === undefined ? 'no C library' : `glibc ${image.glibc}`;
  return {
    code: 'MOUNT_INTERPRETER_MISSING',
    what: `${name} cannot be started in ${image.name}`,
    why: `it is linked to ${libc ?? 'a C library'} through ${interpreter}, which the image does not contain; it has ${available}`,
    ...(libc === 'musl'
      ? { remedy: 'link it statically, use an image with musl (Alpine), or build it for glibc' }
      : {}),
  };
}

function checkGlibc({ name, object }: MountedBinary, { image }: MountTarget): Incompatibility[] {
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
      code: 'MOUNT_GLIBC_TOO_NEW',
      what: `${name} requires glibc ${highest.version}, ${image.name} has ${glibc}`,
      why: `it uses ${symbols.slice(0, 6).join(', ')}`,
      remedy: `build with \`glibc: "${glibc}"\` or \`libc: "musl"\`, or use an image with glibc ${highest.version} or newer`,
    },
  ];
}

function checkLibraries({ name, path, object }: MountedBinary, surroundings: MountTarget): Incompatibility[] {
  const { image, mountedLibraries, libraryPath } = surroundings;
  const own = [...object.runPaths, ...libraryPath].map((folder) =>
    folder.replace(/\$\{?ORIGIN\}?/g, posix.dirname(path)),
  );
  const found = new Set([
    ...image.libraries.flatMap(({ names }) => names),
    ...image.loaders.map((loader) => posix.basename(loader)),
    ...mountedLibraries
      .filter((library) => isSearched(posix.dirname(library), image, own))
      .map((library) => posix.basename(library)),
  ]);
  const missing = object.neededLibraries.filter((library) => !found.has(posix.basename(library)));
  return missing.map((library) => ({
    code: 'MOUNT_LIBRARY_MISSING',
    what: `${name} requires ${library}, which ${image.name} does not contain`,
    why: `the dynamic loader does not find it in ${[...own, ...image.libraries.map(({ folder }) => folder)].join(', ')}`,
    remedy: `link it statically, use an image that has ${library}, or mount it: libraries: ["path/to/${library}"]`,
  }));
}

function isSearched(folder: string, image: ImageFacts, own: readonly string[]): boolean {
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
