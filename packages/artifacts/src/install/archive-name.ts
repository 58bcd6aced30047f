import type { ArchiveFormat } from '../archives/write.js';

/** What the name of an archive or program says. */
export interface ArchiveName {
  /** The component: what is neither platform nor version. */
  readonly name: string;
  readonly version: string | undefined;
  /** The OCI platforms that it runs on, the best first. */
  readonly platforms: readonly [string, ...string[]];
  /** The C library that it needs; undefined if the name does not say. */
  readonly libc: 'gnu' | 'musl' | 'msvc' | undefined;
}

const formats: readonly (readonly [ending: string, format: ArchiveFormat])[] = [
  ['.tar.gz', 'tar.gz'],
  ['.tgz', 'tar.gz'],
  ['.tar.zst', 'tar.zst'],
  ['.tzst', 'tar.zst'],
  ['.zip', 'zip'],
];

/** Archives, compressed files and packages of other kinds that releases have. */
const otherEndings =
  /\.(tar\.\w+|t[bx]z2?|gz|xz|bz2|zst|lz4|7z|rar|deb|rpm|apk|dmg|pkg|msi|appimage|snap|flatpak|exe)$/i;

/** Returns the format of an archive and the name without its ending; undefined if it is not supported. */
export function formatOf(
  name: string,
): { readonly format: ArchiveFormat; readonly stem: string } | undefined {
  const found = formats.find(([ending]) => name.endsWith(ending));
  return found && { format: found[1], stem: name.slice(0, -found[0].length) };
}

/** Returns the ending of an archive or package that cannot be unpacked; undefined for other files. */
export function otherEnding(name: string): string | undefined {
  return otherEndings.exec(name)?.[0];
}

/**
 * Returns true for a name that a program can have: without an ending, or with that of Windows unless it is an installer.
 */
export function isProgramName(name: string): boolean {
  const [, ending = ''] = /\.([a-z]\w*)$/i.exec(name) ?? [];
  if (ending.toLowerCase() === 'exe') return !/setup|install/i.test(name);
  return ending === '' || architectures.has(ending.toLowerCase());
}

/** The words of systems, architectures and C libraries in the names of releases, in lower case. */
const systems = new Map([
  ['linux', 'linux'],
  ...['darwin', 'macos', 'macosx', 'mac', 'osx'].map((word) => [word, 'darwin'] as const),
  ...['windows', 'win', 'win32'].map((word) => [word, 'windows'] as const),
]);
const architectures = new Map([
  ...['x86_64', 'x86-64', 'amd64', 'x64', '64bit', '64-bit'].map((word) => [word, 'amd64'] as const),
  ...['aarch64', 'aarch_64', 'arm64', 'armv8'].map((word) => [word, 'arm64'] as const),
  ...['386', 'i386', 'i586', 'i686', 'x86', 'x86_32', 'x86-32', '32bit', '32-bit'].map(
    (word) => [word, '386'] as const,
  ),
  ...['armv7', 'armv7l', 'armhf'].map((word) => [word, 'arm/v7'] as const),
  ...['arm', 'armv6', 'armv6l', 'armv6hf'].map((word) => [word, 'arm/v6'] as const),
  ...['ppc64le', 'powerpc64le'].map((word) => [word, 'ppc64le'] as const),
  ['s390x', 's390x'],
  ...['riscv64', 'riscv64gc'].map((word) => [word, 'riscv64'] as const),
  ...['all', 'universal', 'universal2', 'universal_binary'].map((word) => [word, 'universal'] as const),
]);
/** Words for both. */
const both = new Map([
  ['linux64', ['linux', 'amd64']],
  ['linux32', ['linux', '386']],
  ['win64', ['windows', 'amd64']],
  ['macos64', ['darwin', 'amd64']],
]);
const libraries = new Map<string, 'gnu' | 'musl' | 'msvc'>([
  ...['gnu', 'glibc', 'gnueabihf'].map((word) => [word, 'gnu'] as const),
  ...['musl', 'musleabihf'].map((word) => [word, 'musl'] as const),
  ['msvc', 'msvc'],
]);
const vendors = ['unknown', 'pc', 'apple'];
/** Systems and calling conventions that are none of ours, though their names have words of ours. */
const foreign =
  /^(android(eabi)?|freebsd|netbsd|openbsd|dragonfly|illumos|solaris|sunos|aix|plan9|ohos|ios|wasi|wasm(32|64)|uclibc\w*|gnux32|gnuabin32|gnueabi|musleabi|armv5\w*|gnullvm)$/;
/** Words that contain a separator. */
const compound = 'x86[_-](?:64|32)|aarch_64|(?:64|32)-bit|universal_binary';

const wordPattern = new RegExp(`(?<![a-z\\d])(?:${compound}|[a-z\\d]+)(?![a-z\\d])`, 'gi');

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the name of a release's file without its ending, as GoReleaser (`app_1.2.3_Linux_x86_64`), cargo-dist
 * (`app-x86_64-unknown-linux-gnu`), this package (`app-1.2.3-linux-amd64`) and many scripts compose it: words for system and
 * architecture in any order and spelling, with a version anywhere. Where a word occurs twice, the last one counts.
 * @returns undefined for names without a platform of ours, such as those of sources or of Android
 */
export function parseArchiveName(stem: string): ArchiveName | undefined {
  const words = [...stem.matchAll(wordPattern)].map(({ 0: text, index }): Word => ({
    text: text.toLowerCase(),
    start: index,
    end: index + text.length,
  }));
  const last = (isWanted: (word: Word) => boolean) => words.findLastIndex(isWanted);
  const system = last(({ text }) => systems.has(text) || both.has(text));
  const architecture = last(({ text }) => architectures.has(text) || both.has(text));
  const [systemWord, architectureWord] = [words[system], words[architecture]];
  if (systemWord === undefined || architectureWord === undefined) return undefined;
  // The first word is the name: wasm-pack.
  if (words.slice(1).some(({ text }) => foreign.test(text))) return undefined;
  const next = words[architecture + 1];
  const level = next !== undefined && /^v\d$/.test(next.text) ? next.text : undefined;
  const cpu = cpuOf(
    both.get(architectureWord.text)?.[1] ?? architectures.get(architectureWord.text) ?? '',
    level,
  );
  const platforms = platformsOf(both.get(systemWord.text)?.[0] ?? systems.get(systemWord.text) ?? '', cpu);
  if (platforms === undefined) return undefined;
  const library = last(({ text }) => libraries.has(text));
  const used = new Set([system, architecture, library]);
  if (level !== undefined) used.add(architecture + 1);
  if (vendors.includes(words[architecture + 1]?.text ?? '')) used.add(architecture + 1);
  const rest = restOf(
    stem,
    words.filter((_, index) => used.has(index)),
  );
  return rest && { ...rest, platforms, libc: libraries.get(words[library]?.text ?? '') };
}

/** Adds the level that follows an architecture: `arm-v7`. An amd64 level above 1 does not run everywhere. */
function cpuOf(architecture: string, level: string | undefined): string | undefined {
  if (level === undefined) return architecture;
  if (architecture.startsWith('arm/')) return ['v6', 'v7'].includes(level) ? `arm/${level}` : undefined;
  if (architecture === 'arm64') return level === 'v8' ? architecture : undefined;
  return architecture === 'amd64' && level !== 'v1' ? undefined : architecture;
}

function platformsOf(system: string, cpu: string | undefined): ArchiveName['platforms'] | undefined {
  if (cpu === undefined) return undefined;
  if (cpu === 'universal') return system === 'darwin' ? ['darwin/arm64', 'darwin/amd64'] : undefined;
  return cpu === 'arm/v6' ? [`${system}/arm/v6`, `${system}/arm/v7`] : [`${system}/${cpu}`];
}

/** Splits what remains without the words of the platform into name and version. */
function restOf(
  stem: string,
  used: readonly Word[],
): { readonly name: string; readonly version: string | undefined } | undefined {
  const ends = [0, ...used.map(({ end }) => end)];
  const parts = ends
    .map((end, index) => stem.slice(end, used[index]?.start ?? stem.length).replace(/^[-_.]+|[-_.]+$/g, ''))
    .filter((part) => part !== '');
  const names: string[] = [];
  let version: string | undefined;
  for (const part of parts) {
    const [, name, found] =
      /^(|.+?(?:[-_]|(?<!\d)\.))v?(\d+(?:\.\d+)+.*)$/.exec(part) ??
      /^([a-z]+?)v?(\d+(?:\.\d+)+.*)$/i.exec(part) ??
      [];
    if (found === undefined || name === undefined || version !== undefined) names.push(part);
    else {
      version = found;
      if (name !== '') names.push(name.replace(/[-_.]$/, ''));
    }
  }
  const name = names.join('-');
  // The name becomes that of a folder.
  return /^[A-Za-z\d](?:[\w.+-]*[\w+-])?$/.test(name) ? { name, version } : undefined;
}
