import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  DigestCache,
  diskFiles,
  type Environment,
  type RepositoryFiles,
  statOf,
  workspaceDataFolder,
} from '@millwright/toolkit';
import { sourceOf, sourcesAbove } from '../vendored/vendored-crates.js';
import { crateFiles } from '../source-scan/crate-files.js';
import { type CrateReads, joinedReads, type PartReads } from '../source-scan/crate-reads.js';
import { packageEntries } from './inputs.js';
import type { CargoWorkspace, Crate } from '../manifests/model.js';
import { type CargoRepository, readRepository } from '../manifests/repository.js';
import { SourceReads } from '../source-scan/reads.js';
import { readSourceCache } from '../source-scan/source-cache.js';
import { isWithin } from '../manifests/workspaces.js';
import { relevantVariables } from '../toolchain/build-variables.js';
import { configFolders, ownConfigs } from '../manifests/config-folders.js';
import { manifestOf } from '../manifests/manifest.js';

/** The state of everything that a crate's own units are compiled from. */
export interface CrateState {
  /** A digest of file contents and variables. */
  readonly digest: string;
  /** A digest of inputs that the compiler does not report, such as files that procedural macros read. */
  readonly unreportedReads: string;
  /** The latest ctime of the files, in milliseconds since the epoch; unlike mtime, programs cannot set it back. */
  readonly changed: number;
}

/** The repository's crates as they are on disk, for builds that must not rely on modification times. */
export class LocalCrates {
  private readonly repository: CargoRepository;
  private readonly sources: SourceReads;
  private readonly digests: DigestCache;
  private readonly files: RepositoryFiles;
  private readonly dependenciesOf: ReadonlyMap<string, readonly string[]>;

  /**
   * @param root the Nx workspace's folder, absolute
   * @param folders the folders of its projects
   */
  constructor(
    private readonly root: string,
    folders: readonly string[],
  ) {
    const files = (this.files = diskFiles(root));
    const manifests = folders.map(manifestOf).filter(files.exists);
    this.repository = readRepository(manifests, files);
    this.sources = new SourceReads(root, this.repository, readSourceCache(root), (folder) => {
      return sourceOf(folder, sourcesAbove(folder, files))?.crates.get(folder);
    });
    this.digests = new DigestCache(join(workspaceDataFolder(root), 'digests.json'));
    const builds = this.repository.edges.filter(({ kinds }) => kinds.some((kind) => kind !== 'dev'));
    this.dependenciesOf = new Map(
      [...Map.groupBy(builds, ({ source }) => source)].map(([source, edges]) => [
        source,
        edges.map(({ target }) => target),
      ]),
    );
  }

  /** Returns the crates in the folders and all local crates that their builds may depend on. */
  closureOf(folders: Iterable<string>): Crate[] {
    const reached = new Set(folders);
    for (const folder of reached)
      for (const target of this.dependenciesOf.get(folder) ?? []) reached.add(target);
    return [...reached].flatMap((folder) => this.repository.crates.get(folder) ?? []);
  }

  /** Returns the crates in the folders; folders without a crate are skipped. */
  cratesIn(folders: readonly string[]): Crate[] {
    return folders.flatMap((folder) => this.repository.crates.get(folder) ?? []);
  }

  /** Returns the Cargo workspace of a crate; undefined for a crate that cargo builds only as a dependency. */
  workspaceOf({ workspaceRoot }: Crate): CargoWorkspace | undefined {
    return this.repository.workspaces.find(({ root }) => root === workspaceRoot);
  }

  readsOf(crate: Crate): CrateReads {
    return this.sources.of(crate);
  }

  /** @param env the environment of the build */
  async stateOf(crate: Crate, env: Environment): Promise<CrateState> {
    const { library, binaries } = this.readsOf(crate);
    const reads = joinedReads([library, binaries]);
    const hash = createHash('sha256');
    const unreportedReads = createHash('sha256');
    const isMacro = crate.targets.some(({ crateTypes }) => crateTypes.includes('proc-macro'));
    const unreported = [...reads.files]
      .filter(([, { by }]) => !reportedByCompiler.has(by))
      .map(([path]) => path);
    // If a whole folder is an input, it is unknown which of its files are read.
    const isUnreported = (path: string) =>
      isMacro ||
      (reads.folders.size > 0 && !reads.files.has(path)) ||
      unreported.some((one) => isWithin(path, one));
    let changed = 0;
    for (const path of this.filesOf(crate, reads)) {
      const absolute = join(this.root, path);
      changed = Math.max(changed, changeTime(absolute));
      const entry = `${path}\0${(await this.digests.digest(absolute)) ?? ''}\0`;
      hash.update(entry);
      if (isUnreported(path)) unreportedReads.update(entry);
    }
    for (const name of [...reads.variables].sort()) hash.update(`${name}\0${env[name] ?? '\0'}\0`);
    const configs = ownConfigs(crate.root, crate.workspaceRoot, this.files.read);
    for (const path of configs) hash.update(`${path}\0${this.files.read(path) ?? ''}\0`);
    // Build scripts pass these to compilers, usually without declaring them.
    const forScripts = crate.buildScript === undefined ? [] : relevantVariables(env);
    for (const [name, value] of forScripts) hash.update(`${name}\0${value}\0`);
    return { digest: hash.digest('hex'), unreportedReads: unreportedReads.digest('hex'), changed };
  }

  /** Returns the current digests of files, by absolute path; null if the file does not exist. */
  async digestsOf(paths: readonly string[]): Promise<Record<string, string | null>> {
    const entries = paths.map(async (path) => {
      const isFile = statOf(path)?.isFile() === true;
      return [path, isFile ? ((await this.digests.digest(path)) ?? null) : null] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Returns those of the absolute paths that are not part of a crate's state. */
  outsideState(crate: Crate, paths: readonly string[]): string[] {
    const { library, binaries } = this.readsOf(crate);
    const known = new Set(
      this.filesOf(crate, joinedReads([library, binaries])).map((path) => join(this.root, path)),
    );
    return paths.filter((path) => !known.has(path));
  }

  /**
   * Returns the source files, manifests and configuration files of a crate, absolute. Lock files are excluded, because
   * cargo itself updates them.
   * @param parts `all` includes tests and examples
   */
  watchedFiles(crate: Crate, parts: 'built' | 'all'): string[] {
    const { library, binaries, tests } = this.readsOf(crate);
    const read = this.filesOf(crate, joinedReads([library, binaries, ...(parts === 'all' ? [tests] : [])]));
    const settings = [
      ...[crate.root, crate.workspaceRoot].map(manifestOf),
      ...configFolders(crate.workspaceRoot),
    ];
    const paths = new Set([...read, ...settings].filter((path) => posix.basename(path) !== 'Cargo.lock'));
    return [...paths].map((path) => join(this.root, path)).filter((path) => statOf(path)?.isFile() === true);
  }

  /** Saves the digests of files for the next build. */
  save(): void {
    this.digests.save();
  }

  /** Returns all files that the crate's inputs cover. */
  private filesOf(crate: Crate, { files, folders, outside }: PartReads): string[] {
    const { layout } = this.sources;
    const whole = [...folders].flatMap(([folder, breadth]) => {
      const entries =
        folder === crate.root ? packageEntries(folder, breadth, layout) : [{ path: folder, isFolder: true }];
      return entries.flatMap(({ path, isFolder }) => (isFolder ? [...layout.filesIn(path)] : [path]));
    });
    const read = [...files.keys(), ...outside.keys()].flatMap((path) => {
      const stat = statOf(join(this.root, path));
      if (stat === undefined) return [];
      if (!stat.isDirectory()) return [path];
      // The repository as a whole is never an input.
      return path === '.' ? [] : crateFiles(this.root, path).files;
    });
    return [...new Set([...whole, ...read])].sort();
  }
}

/** Kinds of reads that rustc lists in its dep-info, or that a build script declares. */
const reportedByCompiler: ReadonlySet<string> = new Set([
  'include!',
  'include_str!',
  'include_bytes!',
  '#[path]',
  'mod',
  'a target',
  'a symbolic link',
  'rerun-if-changed',
]);

/** Includes the ctime of a symbolic link itself, because its target may have changed. */
function changeTime(path: string): number {
  const own = lstatSync(path, { throwIfNoEntry: false });
  const target = statOf(path);
  return Math.max(own?.ctimeMs ?? 0, target?.ctimeMs ?? 0);
}
