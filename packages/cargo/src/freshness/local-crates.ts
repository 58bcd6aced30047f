import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import { DigestCache, diskFiles, type Environment, statOf } from '@millwright/toolkit';
import { crateFiles } from '../graph/sources/crate-files.js';
import type { CrateReads } from '../graph/sources/crate-reads.js';
import { idle } from '../graph/targets/inputs.js';
import type { Crate } from '../graph/model.js';
import { type CargoRepository, readRepository } from '../graph/repository.js';
import { recallSources, SourceReads } from '../graph/sources/reads.js';
import { isBelow } from '../graph/workspaces.js';
import { relevantVariables } from '../toolchain/identity.js';

/** What a crate's own units are compiled from, at one moment. */
export interface CrateState {
  /** The same for the same texts and variables. */
  readonly digest: string;
  /** Of what goes into compiled crates without a word to the compiler: what procedural macros are and read. */
  readonly silent: string;
  /** When the system last saw any of the files change, in milliseconds; it cannot be set back. */
  readonly changed: number;
}

/** The crates of the repository as they are on disk, for builds that must not trust modification times. */
export class LocalCrates {
  private readonly repository: CargoRepository;
  private readonly sources: SourceReads;
  private readonly digests: DigestCache;
  private readonly targetsOf: ReadonlyMap<string, readonly string[]>;

  /**
   * @param root the Nx workspace's folder, absolute
   * @param folders the folders of its projects
   */
  constructor(
    private readonly root: string,
    folders: readonly string[],
  ) {
    const files = diskFiles(root);
    const manifests = folders.map((folder) => posix.join(folder, 'Cargo.toml')).filter(files.exists);
    this.repository = readRepository(manifests, files);
    this.sources = new SourceReads(root, recallSources(root));
    this.digests = new DigestCache(join(root, '.nx/workspace-data/millwright/digests.json'));
    const builds = this.repository.edges.filter(({ kinds }) => kinds.some((kind) => kind !== 'dev'));
    this.targetsOf = new Map(
      [...Map.groupBy(builds, ({ source }) => source)].map(([source, edges]) => [
        source,
        edges.map(({ target }) => target),
      ]),
    );
  }

  /** The crate of a folder and all crates of the repository that its build may take. */
  closureOf(folders: Iterable<string>): Crate[] {
    const reached = new Set(folders);
    for (const folder of reached) for (const target of this.targetsOf.get(folder) ?? []) reached.add(target);
    return [...reached].flatMap((folder) => this.repository.crates.get(folder) ?? []);
  }

  readsOf(crate: Crate): CrateReads {
    return this.sources.of(crate);
  }

  /** @param env the environment of the build */
  async stateOf(crate: Crate, env: Environment): Promise<CrateState> {
    const reads = this.readsOf(crate);
    const hash = createHash('sha256');
    const silent = createHash('sha256');
    const isMacro = crate.targets.some(({ crateTypes }) => crateTypes.includes('proc-macro'));
    const unsaid = [...reads.files].filter(([, { by }]) => !seenByCompiler.has(by)).map(([path]) => path);
    let changed = 0;
    for (const path of this.filesOf(crate, reads)) {
      const absolute = join(this.root, path);
      changed = Math.max(changed, changeTime(absolute));
      const entry = `${path}\0${(await this.digests.digest(absolute)) ?? ''}\0`;
      hash.update(entry);
      if (isMacro || unsaid.some((one) => isBelow(path, one))) silent.update(entry);
    }
    for (const name of [...reads.variables].sort()) hash.update(`${name}\0${env[name] ?? '\0'}\0`);
    // Scripts hand these on to compilers, and seldom say so.
    const forScripts = crate.buildScript === undefined ? [] : relevantVariables(env);
    for (const [name, value] of forScripts) hash.update(`${name}\0${value}\0`);
    return { digest: hash.digest('hex'), silent: silent.digest('hex'), changed };
  }

  /** Keeps the digests of files for the next build. */
  save(): void {
    this.digests.save();
  }

  private filesOf(crate: Crate, reads: CrateReads): string[] {
    // The folder of a crate at the root is the whole repository.
    const folder = crate.root === '.' ? 'src' : crate.root;
    const idleHere = idle.map((entry) => posix.join(crate.root, entry).replace(/\/$/, ''));
    const own = crateFiles(this.root, folder).files.filter((path) => {
      return !idleHere.some((entry) => isBelow(path, entry));
    });
    const read = [...reads.files.keys(), ...reads.outside.keys()].flatMap((path) => {
      const stat = statOf(join(this.root, path));
      if (stat === undefined) return [];
      if (!stat.isDirectory()) return [path];
      // The repository as a whole is nobody's input, and what git has is told by its variable.
      return path === '.' || path === '.git' ? [] : crateFiles(this.root, path).files;
    });
    const script = crate.buildScript === undefined ? [] : [crate.buildScript];
    return [...new Set([...own, ...read, ...script, ...crate.targets.map(({ path }) => path)])].sort();
  }
}

/** What the compiler writes into its list of files, or a build script hands on by itself. */
const seenByCompiler: ReadonlySet<string> = new Set([
  'include!',
  'include_str!',
  'include_bytes!',
  '#[path]',
  'mod',
  'a symbolic link',
  'rerun-if-changed',
]);

/** For a link, its own time counts as well: it may lead elsewhere since. */
function changeTime(path: string): number {
  const own = lstatSync(path, { throwIfNoEntry: false });
  const target = statOf(path);
  return Math.max(own?.ctimeMs ?? 0, target?.ctimeMs ?? 0);
}
