import { readFileSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';
import { gitChangesVariable, gitVariable, recall, remember, statOf } from '@millwright/toolkit';
import type { SourceRole } from './cargo-variables.js';
import { crateFiles, realPath } from './crate-files.js';
import {
  type CrateReads,
  type CrateSource,
  type ReadPlace,
  readsOfCrate,
  type ScannedReads,
} from './crate-reads.js';
import { interpolate } from './interpolated-path.js';
import type { Crate } from '../model.js';
import { isOutside } from './paths.js';
import { asStrings } from '../toml.js';

/** What was learnt of one crate, with all that it was learnt from. */
interface Remembered {
  /** What the system said of every path that was looked at. */
  readonly stamps: Readonly<Record<string, string>>;
  readonly files: readonly (readonly [string, ReadPlace])[];
  readonly outside: readonly (readonly [string, ReadPlace])[];
  readonly variables: readonly string[];
  readonly interpolated: readonly (readonly [string, ReadPlace])[];
  /** What the symbolic links of the crate's folder lead to. */
  readonly links: readonly (readonly [string, string])[];
}

export type SourceMemory = Record<string, Remembered>;

/** Where it is kept. The number counts up with the rules: what was learnt by others no longer holds. */
const memoryName = 'sources-2';

/** What was learnt of a Nx workspace's crates before. @param workspace its folder, absolute */
export function recallSources(workspace: string): SourceMemory {
  return (recall(workspace, memoryName) ?? {}) as SourceMemory;
}

/** Keeps what was learnt. */
export function rememberSources(workspace: string, memory: SourceMemory): void {
  remember(workspace, memoryName, memory);
}

/**
 * What the sources of crates read, remembered from one reading of the graph to the next, since almost no
 * source changes in between.
 * @param workspace the Nx workspace's folder, absolute
 */
export class SourceReads {
  private readonly fresh: SourceMemory = {};
  private readonly answers = new Map<string, CrateReads>();
  changed = false;

  constructor(
    private readonly workspace: string,
    private readonly memory: SourceMemory,
  ) {}

  /** What there is to remember: the crates that were asked for. */
  remembered(): SourceMemory {
    return this.fresh;
  }

  /** What a crate's sources read; each crate is looked at once, however many builds take it. */
  of(crate: Crate): CrateReads {
    let reads = this.answers.get(crate.root);
    if (!reads) this.answers.set(crate.root, (reads = this.find(crate)));
    return reads;
  }

  private find(crate: Crate): CrateReads {
    const { sources, links } = this.sourcesOf(crate);
    const known = this.memory[crate.root];
    if (known && this.holds(known, sources, links)) {
      this.fresh[crate.root] = known;
      return this.complete(crate, {
        files: new Map(known.files),
        variables: new Set(known.variables),
        outside: new Map(known.outside),
        interpolated: new Map(known.interpolated),
      });
    }
    this.changed = true;
    const stamps: Record<string, string> = {};
    const look = (path: string) => (stamps[path] ??= this.stamp(path));
    const read = (path: string) => (look(path) === absent ? undefined : this.read(path));
    const reads = readsOfCrate(crate, this.load(sources, read), {
      read,
      exists: (path) => look(path) !== absent,
    });
    const files = new Map(reads.files);
    const outside = new Map(reads.outside);
    for (const [path, place] of this.linkedReads(reads.files.keys(), links)) {
      (path.startsWith('../') ? outside : files).set(path, place);
    }
    this.fresh[crate.root] = {
      stamps,
      files: [...files],
      outside: [...outside],
      variables: [...reads.variables].sort(),
      interpolated: [...reads.interpolated],
      links: [...links],
    };
    return this.complete(crate, { ...reads, files, outside });
  }

  /** Puts variables in place, and adds what the manifest declares. */
  private complete(crate: Crate, { interpolated, ...scanned }: ScannedReads): CrateReads {
    const files = new Map(scanned.files);
    const outside = new Map(scanned.outside);
    const unset = new Map<string, ReadPlace>();
    for (const [named, place] of interpolated) {
      const folder = interpolate(named, process.env);
      if (folder === undefined) {
        unset.set(named, place);
        continue;
      }
      const absolute = resolve(this.workspace, crate.root, folder);
      const path = relative(this.workspace, absolute).split(sep).join(posix.sep);
      if (isOutside(path)) outside.set(path, place);
      else files.set(path, place);
    }
    return withDeclared(crate, { ...scanned, files, outside, unset });
  }

  /** What is read through symbolic links, by the place where it really lies: git knows a change only there. */
  private *linkedReads(
    paths: Iterable<string>,
    links: ReadonlyMap<string, string>,
  ): Generator<readonly [string, ReadPlace]> {
    for (const [link, real] of links) yield [real, { file: link, line: 1, by: 'a symbolic link' }];
    for (const path of paths) {
      const real = realPath(this.workspace, path);
      if (real !== undefined && real !== path) yield [real, { file: path, line: 1, by: 'a symbolic link' }];
    }
  }

  private holds(
    known: Remembered,
    sources: ReadonlyMap<string, SourceRole>,
    links: ReadonlyMap<string, string>,
  ): boolean {
    if (JSON.stringify(known.links) !== JSON.stringify([...links])) return false;
    for (const path of sources.keys()) if (!(path in known.stamps)) return false;
    return Object.entries(known.stamps).every(([path, stamp]) => this.stamp(path) === stamp);
  }

  private *load(
    sources: ReadonlyMap<string, SourceRole>,
    read: (path: string) => string | undefined,
  ): Generator<CrateSource> {
    for (const [path, role] of sources) {
      const text = read(path);
      if (text !== undefined) yield { path, text, role };
    }
  }

  /** The sources that a build compiles: those below `src`, the build script, and targets that lie elsewhere. */
  private sourcesOf(crate: Crate): {
    sources: Map<string, SourceRole>;
    links: ReadonlyMap<string, string>;
  } {
    const role: SourceRole = crate.targets.some((target) => target.crateTypes.includes('proc-macro'))
      ? 'proc-macro'
      : 'source';
    const sources = new Map<string, SourceRole>();
    const links = new Map<string, string>();
    const code = new Set([
      posix.join(crate.root, 'src'),
      ...crate.targets.map((target) => posix.dirname(target.path)).filter((folder) => folder !== crate.root),
    ]);
    // The folder of a crate at the root is the whole repository.
    for (const folder of crate.root === '.' ? code : [crate.root]) {
      const found = crateFiles(this.workspace, folder);
      for (const path of found.files) {
        if (path.endsWith('.rs') && [...code].some((one) => path.startsWith(`${one}/`)))
          sources.set(path, role);
      }
      for (const [link, real] of found.links) links.set(link, real);
    }
    for (const target of crate.targets) sources.set(target.path, role);
    if (crate.buildScript !== undefined) sources.set(crate.buildScript, 'build-script');
    return { sources, links };
  }

  private read(path: string): string | undefined {
    try {
      return readFileSync(join(this.workspace, path), 'utf8');
    } catch {
      return undefined;
    }
  }

  /** Two files with the same stamp hold the same text: the change time cannot be set back. */
  private stamp(path: string): string {
    const stat = statOf(join(this.workspace, path));
    if (!stat) return absent;
    return stat.isDirectory() ? 'folder' : `${stat.size}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`;
  }
}

/**
 * Adds what the crate's manifest says that its build reads and no source tells: `inputs`, relative to the crate,
 * and `env` below `[package.metadata.millwright]`.
 */
function withDeclared(crate: Crate, { files, outside, variables, unset }: CrateReads): CrateReads {
  const place: ReadPlace = { file: posix.join(crate.root, 'Cargo.toml'), line: 1, by: 'metadata.millwright' };
  const paths = asStrings(crate.metadata?.inputs).map((path) => posix.join(crate.root, path));
  const declared = (wanted: boolean) => {
    return paths.filter((path) => isOutside(path) === wanted).map((path) => [path, place] as const);
  };
  return {
    files: new Map([...files, ...declared(false)]),
    outside: new Map([...outside, ...declared(true)]),
    variables: new Set([...variables, ...asStrings(crate.metadata?.env), ...gitVariables(crate, files)]),
    unset,
  };
}

/** Packages that read the commit for the crate that has them, and whether the work tree is clean. */
const gitPackages = new Set([
  'built',
  'git-version',
  'git2',
  'gix',
  'shadow-rs',
  'vergen',
  'vergen-git2',
  'vergen-gitcl',
  'vergen-gix',
]);

function gitVariables(crate: Crate, files: CrateReads['files']): string[] {
  const asks = crate.dependencies.some(({ package: name, kind }) => {
    return gitPackages.has(name) && (kind === 'build' || name === 'git-version');
  });
  if (asks) return [gitVariable, gitChangesVariable];
  return [...files.keys()].some((path) => path === '.git' || path.startsWith('.git/')) ? [gitVariable] : [];
}

const absent = 'absent';
