import { posix } from 'node:path';
import type { SourceRole } from './scanner/cargo-variables.js';
import { isInside, Part, type ReadPlace } from './crate-reads.js';
import type { Disk } from './disk.js';
import type { FileRead, SourceFacts } from './scanner/facts.js';
import { variablesIn } from './scanner/interpolated-path.js';
import { moduleFiles } from './module-files.js';
import { isOutside } from './scanner/paths.js';
import type { Crate } from '../manifests/model.js';

/** The crate's properties that a walk requires. */
export interface WalkedCrate {
  readonly root: string;
  readonly workspaceRoot: string;
}

export type PartName = 'library' | 'binaries' | 'tests';

/** The root source of a target. */
export interface TargetRoot {
  readonly path: string;
  readonly role: SourceRole;
  readonly part: PartName;
}

interface Visit extends TargetRoot {
  /** Whether the source's modules are in a folder of the same name. */
  readonly nested: boolean;
  /** The folder of the target's root source. */
  readonly folder: string;
}

/** The macros that a crate uses, defines and exports. */
export interface MacroFacts {
  /** Macros that are used outside tests, as paths such as `tokio::main`. */
  readonly used: Set<string>;
  readonly defined: Set<string>;
  /** The first names in the paths of re-exports. */
  readonly exported: Set<string>;
  exportsMacros: boolean;
  /** Whether exported macros declare modules or read files that are only known at their calls. */
  exportsUnknown: boolean;
}

/** Reads whose macro expands variables in the path itself. */
const expandsVariables: ReadonlySet<string> = new Set(['#[folder]', 'include_dir!']);

/** Walks the sources of a crate, from the root source of each target to its modules and included sources. */
export class CrateWalk {
  readonly parts: Readonly<Record<PartName, Part>>;
  /** Folders with variables in their path, relative to the crate, with the part that names each. */
  readonly interpolated = new Map<string, { readonly part: PartName; readonly place: ReadPlace }>();
  readonly macros: MacroFacts = {
    used: new Set(),
    defined: new Set(),
    exported: new Set(),
    exportsMacros: false,
    exportsUnknown: false,
  };
  /** Reads in the definitions of macros, relative to the place where the macro is called. */
  readonly definitionReads: { readonly read: FileRead; readonly part: PartName; readonly file: string }[] =
    [];
  /** Reads at run time, by source. */
  readonly runs: {
    readonly facts: SourceFacts['run'];
    readonly role: SourceRole;
    readonly file: string;
    readonly part: PartName;
  }[] = [];
  /** The parts with a read whose path is unknown. */
  readonly unresolved = new Set<PartName>();
  /** Whether a build script prints a `rerun-if-changed` path that is not a literal. */
  hasUnresolvedDirective = false;
  private readonly queues: Readonly<Record<PartName, Visit[]>> = { library: [], binaries: [], tests: [] };
  private readonly visited = new Set<string>();
  private readonly whole = new Set<string>();

  constructor(
    private readonly crate: WalkedCrate,
    private readonly disk: Disk,
    private readonly factsOf: (path: string, role: SourceRole) => SourceFacts | undefined,
    /** Returns whether a folder is that of another package. */
    private readonly isPackage: (folder: string) => boolean,
  ) {
    const { disk: files } = this;
    this.parts = { library: new Part(files), binaries: new Part(files), tests: new Part(files) };
  }

  /** Walks from the root sources of targets: first the library, then binaries, then sources that only tests compile. */
  walk(roots: readonly TargetRoot[]): void {
    for (const root of roots) {
      this.parts[root.part].add(root.path, { file: root.path, line: 1, by: 'a target' });
      this.enqueue({ ...root, nested: false, folder: posix.dirname(root.path) });
    }
    for (const part of ['library', 'binaries', 'tests'] as const) {
      // A queue grows while it is walked.
      for (const visit of this.queues[part]) this.visit(visit);
      this.queues[part].length = 0;
    }
  }

  private visit(visit: Visit): void {
    const { path, role, part, nested } = visit;
    const key = `${nested ? 'nested' : 'plain'}:${path}`;
    // Sources of the library and the binaries are part of test builds anyway.
    const partsCompiledBefore: readonly PartName[] =
      part === 'tests' ? ['library', 'binaries', 'tests'] : [part];
    if (partsCompiledBefore.some((one) => this.visited.has(`${one}:${key}`))) return;
    this.visited.add(`${part}:${key}`);
    const facts = this.factsOf(path, role);
    if (facts === undefined) return;
    this.modules(visit, facts);
    for (const read of facts.files) this.file(visit, read);
    for (const { name, testOnly } of facts.variables)
      this.parts[testOnly ? 'tests' : part].variables.add(name);
    this.addUnresolved(visit, facts);
    this.runs.push({ facts: facts.run, role, file: path, part });
    if (part !== 'tests') this.addMacros(facts);
  }

  private addMacros({ macros, defines, exports, exportsMacros }: SourceFacts): void {
    for (const name of macros) this.macros.used.add(name);
    for (const name of defines) this.macros.defined.add(name);
    for (const name of exports) this.macros.exported.add(name);
    this.macros.exportsMacros ||= exportsMacros;
  }

  private modules(visit: Visit, facts: SourceFacts): void {
    for (const declaration of facts.modules) {
      const candidates = moduleFiles(visit, declaration, this.disk.joinPath);
      const found = candidates.filter(({ path }) => this.disk.isFile(path));
      // A macro may put its arguments into another module, so the file could be anywhere.
      if (found.length === 0 && declaration.inCall) this.addWhole(visit);
      for (const { path, nested, testOnly } of found) {
        const part = testOnly ? 'tests' : visit.part;
        this.parts[part].add(path, { file: visit.path, line: declaration.line, by: 'mod' });
        this.enqueue({ ...visit, path, nested, part });
      }
    }
    if (facts.unknownModules !== 'none') this.addWhole(visit);
    if (facts.unknownModules === 'exported') this.macros.exportsUnknown = true;
  }

  private enqueue(visit: Visit): void {
    const role = visit.part === 'tests' && visit.role === 'source' ? 'test' : visit.role;
    this.queues[visit.part].push({ ...visit, role });
  }

  /** Adds all sources in the folder of a target's root source, because any of them may be a module. */
  private addWhole({ folder, part, role }: Visit): void {
    this.parts[part].addFolder(folder, 'all');
    if (this.whole.has(`${part}:${folder}`)) return;
    this.whole.add(`${part}:${folder}`);
    for (const path of this.sourcesIn(folder)) this.enqueue({ path, role, part, nested: false, folder });
  }

  /** Yields every Rust source below a folder, without other packages. */
  private *sourcesIn(folder: string): Generator<string> {
    for (const [name, kind] of this.disk.list(folder)) {
      const path = posix.join(folder, name);
      if (kind === 'folder' && !this.disk.isToolFolder(path) && !this.isPackage(path))
        yield* this.sourcesIn(path);
      else if (name.endsWith('.rs') && this.disk.isFile(path)) yield path;
    }
  }

  private file(visit: Visit, read: FileRead): void {
    const part = read.testOnly ? 'tests' : visit.part;
    const place = { file: visit.path, line: read.line, by: read.by };
    if (expandsVariables.has(read.by) && variablesIn(read.path).length > 0) {
      this.interpolated.set(read.path, { part, place });
      return;
    }
    if (read.inDefinition && read.base !== 'workspace')
      this.definitionReads.push({ read, part, file: visit.path });
    const path = this.disk.joinPath(this.baseOf(read, visit.path), read.path);
    this.add(part, path, read.certain, place);
    if (read.by === 'include!' && !isOutside(path)) {
      this.enqueue({ ...visit, path, nested: false, part });
    }
  }

  /** Adds a file or folder if the read is certain, or if it exists. */
  add(part: PartName, path: string, certain: boolean, place: ReadPlace): void {
    if (isOutside(path)) {
      if (certain) this.parts[part].outside.set(path, place);
    } else if (certain || this.disk.exists(path)) {
      this.parts[part].add(path, place);
    }
  }

  private baseOf({ base }: FileRead, file: string): string {
    if (base === 'crate') return this.crate.root;
    return base === 'workspace' ? this.crate.workspaceRoot : posix.dirname(file);
  }

  /** Records reads whose path is not a literal: they may read any file of the package. */
  private addUnresolved({ part, role }: Visit, { unresolved, exportsMacros }: SourceFacts): void {
    for (const { by, testOnly, inDefinition } of unresolved) {
      if (by === 'rerun-if-changed') this.hasUnresolvedDirective = true;
      if (isVariableRead(by) || role === 'test') continue;
      this.unresolved.add(testOnly ? 'tests' : part);
      if (inDefinition && exportsMacros) this.macros.exportsUnknown = true;
    }
  }

  /** Returns the folders of the visited sources, in which macros may be called. */
  sourceFolders(part: PartName): Set<string> {
    const sources = [...this.parts[part].files.keys()].filter((path) => path.endsWith('.rs'));
    return new Set(sources.map((path) => posix.dirname(path)));
  }
}

/** Returns whether an unresolved read is that of a variable, not of a file. */
function isVariableRead(by: string): boolean {
  return by === 'env!' || by === 'option_env!' || by.startsWith('env::') || by.startsWith('rerun-if');
}

/** Returns a folder and all folders above it in the repository. */
export function ancestorFolders(folder: string): string[] {
  const found = [folder];
  for (let current = folder; current !== '.' && isInside(current, '.');) {
    current = posix.dirname(current);
    found.push(current);
  }
  return found;
}
export function rootsOf(crate: Crate): TargetRoot[] {
  const targets = crate.targets.map(({ kind, path, crateTypes }): TargetRoot => {
    const role = crateTypes.includes('proc-macro') ? 'proc-macro' : 'source';
    return { path, role, part: kind === 'lib' ? 'library' : 'binaries' };
  });
  const script: TargetRoot[] =
    crate.buildScript === undefined
      ? []
      : [{ path: crate.buildScript, role: 'build-script', part: 'library' }];
  return [
    ...targets,
    ...script,
    ...crate.tests.map((path): TargetRoot => ({ path, role: 'test', part: 'tests' })),
  ];
}
