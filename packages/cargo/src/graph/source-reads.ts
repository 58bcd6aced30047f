import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { SourceRole } from './cargo-variables.js';
import { type CrateReads, type CrateSource, readsOfCrate } from './crate-reads.js';
import type { Crate } from './model.js';

/** What was learnt of one crate, with all that it was learnt from. */
interface Remembered {
  /** What the system said of every path that was looked at. */
  readonly stamps: Readonly<Record<string, string>>;
  readonly files: readonly (readonly [string, { file: string; line: number; by: string }])[];
  readonly variables: readonly string[];
}

export type SourceMemory = Record<string, Remembered>;

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
    const sources = this.sourcesOf(crate);
    const known = this.memory[crate.root];
    if (known && this.holds(known, sources)) {
      this.fresh[crate.root] = known;
      return {
        files: new Map(known.files),
        variables: new Set(known.variables),
        outside: new Map(),
        unresolved: [],
      };
    }
    this.changed = true;
    const stamps: Record<string, string> = {};
    const look = (path: string) => (stamps[path] ??= this.stamp(path));
    const read = (path: string) => (look(path) === absent ? undefined : this.read(path));
    const reads = readsOfCrate(crate, this.load(sources, read), {
      read,
      exists: (path) => look(path) !== absent,
    });
    this.fresh[crate.root] = { stamps, files: [...reads.files], variables: [...reads.variables].sort() };
    return reads;
  }

  private holds(known: Remembered, sources: ReadonlyMap<string, SourceRole>): boolean {
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
  private sourcesOf(crate: Crate): Map<string, SourceRole> {
    const role: SourceRole = crate.targets.some((target) => target.crateTypes.includes('proc-macro'))
      ? 'proc-macro'
      : 'source';
    const sources = new Map<string, SourceRole>();
    const folders = [
      posix.join(crate.root, 'src'),
      ...crate.targets.map((target) => posix.dirname(target.path)).filter((folder) => folder !== crate.root),
    ];
    for (const folder of new Set(folders)) for (const path of this.rustFiles(folder)) sources.set(path, role);
    for (const target of crate.targets) sources.set(target.path, role);
    if (crate.buildScript !== undefined) sources.set(crate.buildScript, 'build-script');
    return sources;
  }

  private rustFiles(folder: string): string[] {
    try {
      return readdirSync(join(this.workspace, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = `${folder}/${entry.name}`;
        const below = entry.isDirectory() || this.isLinkToFolder(entry, path) ? this.rustFiles(path) : [];
        return path.endsWith('.rs') ? [path, ...below] : below;
      });
    } catch {
      return [];
    }
  }

  private isLinkToFolder(entry: Dirent, path: string): boolean {
    return entry.isSymbolicLink() && this.stamp(path) === 'folder';
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
    const stat = statSync(join(this.workspace, path), { throwIfNoEntry: false });
    if (!stat) return absent;
    return stat.isDirectory() ? 'folder' : `${stat.size}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`;
  }
}

const absent = 'absent';
