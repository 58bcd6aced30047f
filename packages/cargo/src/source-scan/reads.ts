import { posix, relative, resolve, sep } from 'node:path';
import type { CargoRepository } from '../manifests/repository.js';
import type { Crate } from '../manifests/model.js';
import { asStrings } from '../manifests/toml.js';
import { type CrateReads, isInside, type Part, type ReadPlace } from './crate-reads.js';
import { CrateWalk, type PartName, ancestorFolders, rootsOf } from './crate-walk.js';
import { Disk } from './disk.js';
import { gitReads } from './git-reads.js';
import { interpolate } from './scanner/interpolated-path.js';
import { isHarmlessForScripts, templateFiles, variablesOfPackage } from './scanner/known-macros.js';
import { Layout } from './layout.js';
import { Macros } from './macros.js';
import { isOutside } from './scanner/paths.js';
import { type SourceCache, ScannedSources } from './source-cache.js';
import { declaredInputsOf, type DeclaredReads } from './declared-reads.js';

/**
 * Finds the files and variables that crates' builds read. Follows sources from each target's root file. If a source may
 * read unknown files, the whole package counts as read.
 */
export class SourceReads {
  private readonly disk: Disk;
  private readonly texts: ScannedSources;
  private readonly walks = new Map<string, CrateWalk>();
  private readonly readsByCrate = new Map<string, CrateReads>();
  private readonly macros: Macros;
  readonly layout: Layout;

  /** @param workspace the Nx workspace's folder, absolute */
  constructor(
    private readonly workspace: string,
    repository: CargoRepository,
    cache: SourceCache,
    /** Returns the millwright.toml entry of the crate in a folder. */
    private readonly vendoredAt: (folder: string) => DeclaredReads | undefined = () => undefined,
  ) {
    this.disk = new Disk(workspace);
    this.texts = new ScannedSources(this.disk, cache);
    this.macros = new Macros(repository, (crate) => this.walkOf(crate));
    const manifests = [...repository.manifests.keys(), ...repository.errors.keys()];
    this.layout = new Layout(
      this.disk,
      manifests.map((path) => posix.dirname(path)),
    );
  }

  get changed(): boolean {
    return this.texts.changed;
  }

  /** Returns the cache entries of all sources that were scanned or reused. */
  localCache(): SourceCache {
    return this.texts.localCache();
  }

  /** Returns the reads of a crate; the result is cached. */
  of(crate: Crate): CrateReads {
    let reads = this.readsByCrate.get(crate.root);
    if (!reads) this.readsByCrate.set(crate.root, (reads = this.find(crate)));
    return reads;
  }

  private walkOf(crate: Crate): CrateWalk {
    let walk = this.walks.get(crate.root);
    if (!walk) {
      walk = new CrateWalk(
        crate,
        this.disk,
        (path, role) => this.texts.facts(path, role),
        (folder) => this.layout.isPackage(folder),
      );
      this.walks.set(crate.root, walk);
      walk.walk(rootsOf(crate));
    }
    return walk;
  }

  private find(crate: Crate): CrateReads {
    const walk = this.walkOf(crate);
    const { library, binaries, tests } = walk.parts;
    for (const part of walk.unresolved) walk.parts[part].addFolder(crate.root, 'all');
    this.addDefinitionReads(crate, walk);
    this.addRuns(crate, walk);
    if (this.macros.mayRead(crate) || this.configuresTemplates(crate, walk)) {
      library.addFolder(crate.root, 'code');
    }
    for (const dependency of crate.dependencies) {
      for (const name of variablesOfPackage(dependency.package)) library.variables.add(name);
    }
    for (const path of this.linkerFiles(crate)) {
      library.add(path, { file: path, line: 1, by: 'the linker' });
    }
    const vendored = this.vendoredAt(crate.root);
    for (const [path, place] of declaredInputsOf(crate, vendored)) walk.add('library', path, true, place);
    for (const name of [...asStrings(crate.metadata?.env), ...(vendored?.env ?? [])]) {
      library.variables.add(name);
    }
    const unset = this.expandVariables(crate, walk);
    for (const part of [library, binaries, tests]) this.addLinks(part);
    const gitStates = [library, binaries, tests].flatMap((part) => [
      ...gitReads(crate, part, this.workspace),
    ]);
    const repositories = new Map<string, boolean>();
    for (const [folder, changes] of gitStates) {
      repositories.set(folder, changes || repositories.get(folder) === true);
    }
    return { library, binaries, tests, unset, repositories };
  }

  /** Returns whether a configuration file, which is not evaluated, may move a template engine's folders. */
  private configuresTemplates({ root }: Crate, { macros }: CrateWalk): boolean {
    if (![...macros.used].some((name) => name === 'template' || name.endsWith('::template'))) return false;
    return [...this.disk.list(root).keys()].some((name) => templateFiles.includes(name));
  }

  /** Adds the targets of symbolic links in whole folders: git reports changes only for the target. */
  private addLinks(part: Part): void {
    const named = [...part.files.keys()].filter((path) => this.disk.kindOf(path) === 'folder');
    const seen = new Set([...part.folders.keys(), ...named]);
    // A set grows while it is walked.
    for (const folder of seen) {
      if (folder === '.git') continue;
      for (const link of this.layout.linksIn(folder)) {
        const real = this.disk.realPath(link);
        // Skip links to a folder that contains this one.
        if (real === undefined || isInside(folder, real)) continue;
        part.add(link, { file: link, line: 1, by: 'a symbolic link' });
        if (!isOutside(real) && this.disk.kindOf(real) === 'folder') seen.add(real);
      }
    }
  }

  /** Adds reads in macro definitions. Their paths are relative to the calling source, which may be any source. */
  private addDefinitionReads(crate: Crate, walk: CrateWalk): void {
    const own = walk.definitionReads.filter(({ part }) => part !== 'tests');
    for (const { read, file } of [...own, ...this.macros.definitionReadsFor(crate)]) {
      for (const part of ['library', 'binaries'] as const) {
        const bases = read.base === 'crate' ? [crate.root] : walk.sourceFolders(part);
        for (const base of bases) {
          const place = { file, line: read.line, by: read.by };
          walk.add(part, this.disk.joinPath(base, read.path), false, place);
        }
      }
    }
  }

  /** Adds the reads of build scripts, macros and tests at run time. */
  private addRuns(crate: Crate, walk: CrateWalk): void {
    const readsAll = this.scriptReads(crate, walk);
    if (readsAll === 'anything') walk.parts.library.addFolder(crate.root, 'all');
    const asking = new Set(walk.runs.filter(({ facts }) => facts.readsComputedNames).map(({ role }) => role));
    for (const { facts, role, file, part } of walk.runs) {
      const isBuild = role === 'build-script' || role === 'proc-macro';
      const bases = facts.climbs ? ancestorFolders(crate.root) : [crate.root];
      if (isBuild) bases.push(crate.workspaceRoot);
      for (const { path, by, certain, line, testOnly } of facts.paths) {
        // If all reads are known, a literal that looks like a path is only part of another path.
        if (role === 'build-script' && by === 'literal' && readsAll === 'known') continue;
        const target: PartName = isBuild && !testOnly ? part : 'tests';
        for (const base of new Set(bases)) {
          const joined = this.disk.joinPath(base, path);
          // The whole package is an input of its tests.
          const { layout } = this;
          const isCovered = layout.isOwn(joined, crate.root) && !layout.containsPackages(joined);
          if (target === 'tests' && isCovered) continue;
          // A path that leads up to a parent folder does not mean that all of that folder is read.
          if (joined === '.' || (!certain && isInside(crate.root, joined))) continue;
          walk.add(target, joined, certain && base === crate.root, { file, line, by });
        }
      }
      for (const { name, testOnly } of [...facts.variables, ...(asking.has(role) ? facts.names : [])]) {
        if (isBuild && !testOnly) walk.parts[part].variables.add(name);
        else if (role !== 'source' || testOnly) walk.parts.tests.variables.add(name);
      }
    }
  }

  /**
   * Returns whether all reads of a build script are known. It may read any file of its package (Cargo reference, "Build
   * Scripts", "Change Detection") if it declares no reads, computes paths, or uses packages that may read files.
   */
  private scriptReads(crate: Crate, walk: CrateWalk): 'known' | 'anything' {
    if (crate.buildScript === undefined) return 'known';
    const runs = walk.runs.filter(({ role }) => role === 'build-script').map(({ facts }) => facts);
    const hasHelpers = crate.dependencies.some(
      ({ kind, package: name }) => kind === 'build' && !isHarmlessForScripts(name),
    );
    const declaresNothing =
      runs.some(({ touchesFiles }) => touchesFiles) && !runs.some(({ declares }) => declares);
    const isComputed = runs.some(({ computed }) => computed) || walk.hasUnresolvedDirective;
    return hasHelpers || declaresNothing || isComputed ? 'anything' : 'known';
  }

  /** Expands variables in folders' paths; returns the folders with a variable that is not set. */
  private expandVariables(crate: Crate, walk: CrateWalk): Map<string, ReadPlace> {
    const unset = new Map<string, ReadPlace>();
    for (const [named, { part, place }] of walk.interpolated) {
      const folder = interpolate(named, process.env);
      if (folder === undefined) {
        unset.set(named, place);
        continue;
      }
      const absolute = resolve(this.workspace, crate.root, folder);
      const path = relative(this.workspace, absolute).split(sep).join(posix.sep);
      walk.add(part, path, true, place);
    }
    return unset;
  }

  /** Returns linker scripts and libraries in the folders that linkers search by default. */
  private linkerFiles({ root, workspaceRoot }: Crate): string[] {
    return [...new Set([root, workspaceRoot])].flatMap((folder) =>
      [...this.disk.list(folder).keys()]
        .filter((name) => linkerFilePattern.test(name))
        .map((name) => posix.join(folder, name)),
    );
  }
}

const linkerFilePattern = /\.(?:x|ld|lds|icf|def|exp|map|a|o|obj|lib|so|dylib|tbd|res|manifest)$/;
