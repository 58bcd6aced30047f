import { flagsOf } from './commands.js';

/** What the words after `cargo build` ask for. */
export interface CargoCommand {
  readonly bin: string | undefined;
  readonly profile: string | undefined;
  readonly features: readonly string[];
  readonly defaultFeatures: boolean;
  readonly allFeatures: boolean;
  /** The path of a Cargo.toml, relative to the component. */
  readonly manifest: string | undefined;
  /** The target triple that the command names. */
  readonly target: string | undefined;
  /** Further arguments. */
  readonly args: readonly string[];
}

/** The flags of `cargo build` whose value can be the next word (cargo help build). */
const withValue: ReadonlySet<string> = new Set(
  'bin profile features F manifest-path target target-dir p package j jobs color config message-format Z'.split(
    ' ',
  ),
);

/** Flags that are options of the build, or have no meaning in it. */
const own: ReadonlySet<string> = new Set(
  'bin profile release features F no-default-features all-features manifest-path target'.split(' '),
);

/** Returns what a command asks for; undefined if it selects several packages or another target folder. */
export function parseCargoCommand(words: readonly string[]): CargoCommand | undefined {
  const flags = flagsOf(words, withValue);
  const names = flags.map(({ name }) => name);
  const foreign = [undefined, 'p', 'package', 'workspace', 'all', 'target-dir', 'message-format'];
  if (names.some((name) => foreign.includes(name))) return undefined;
  const valueOf = (...wanted: string[]) => flags.findLast(({ name = '' }) => wanted.includes(name))?.value;
  const features = flags.filter(({ name }) => name === 'features' || name === 'F');
  return {
    bin: valueOf('bin'),
    profile: valueOf('profile'),
    features: features.flatMap(({ value = '' }) => value.split(/[ ,]+/).filter(Boolean)),
    defaultFeatures: !names.includes('no-default-features'),
    allFeatures: names.includes('all-features'),
    manifest: valueOf('manifest-path'),
    target: valueOf('target'),
    args: flags.filter(({ name = '' }) => !own.has(name)).flatMap(({ words: written }) => written),
  };
}
