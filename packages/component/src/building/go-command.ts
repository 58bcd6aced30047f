import { flagsOf } from './commands.js';

/** What the words after `go build` ask for. */
export interface GoCommand {
  /** The package, as a path relative to the component. */
  readonly pkg: string | undefined;
  readonly tags: readonly string[];
  readonly ldflags: string | undefined;
  readonly gcflags: string | undefined;
  /** Further arguments. */
  readonly args: readonly string[];
}

/** The flags of `go build` whose value can be the next word (go help build). */
const withValue: ReadonlySet<string> = new Set(
  'C asmflags buildmode compiler covermode coverpkg gccgoflags gcflags installsuffix ldflags mod modfile o overlay p pgo pkgdir tags toolexec'.split(
    ' ',
  ),
);

/** Returns what a command asks for; undefined if it builds several packages, or one that is no folder. */
export function parseGoCommand(words: readonly string[]): GoCommand | undefined {
  const flags = flagsOf(words, withValue);
  const packages = flags.flatMap(({ name, value }) => (name === undefined ? (value ?? []) : []));
  const [pkg, ...others] = packages;
  const isFolder = pkg === undefined || (/^\.|\.go$/.test(pkg) && !pkg.includes('...'));
  // -C changes the folder to which everything else is relative.
  if (others.length > 0 || !isFolder || flags.some(({ name }) => name === 'C')) return undefined;
  const valueOf = (wanted: string) => flags.findLast(({ name }) => name === wanted)?.value;
  const own = ['o', 'tags', 'ldflags', 'gcflags'];
  return {
    pkg,
    tags: (valueOf('tags') ?? '').split(/[ ,]+/).filter(Boolean),
    ldflags: valueOf('ldflags'),
    gcflags: valueOf('gcflags'),
    args: flags
      .filter(({ name }) => name !== undefined && !own.includes(name))
      .flatMap(({ name, value }) => (value === undefined ? [`-${name ?? ''}`] : [`-${name ?? ''}=${value}`])),
  };
}
