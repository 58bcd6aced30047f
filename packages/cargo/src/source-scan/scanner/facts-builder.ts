import { isCargoVariable, isVariableName, type SourceRole } from './cargo-variables.js';
import type {
  FileRead,
  ModuleDeclaration,
  RunPath,
  SourceFacts,
  UnresolvedRead,
  VariableRead,
} from './facts.js';
import type { Reading } from '../tokens/reading.js';

/** Longer than the path limit of any system. */
const maxPathLength = 4096;

/** Collects the facts that the rules find, each with its place. */
export class FactsBuilder {
  exportsMacros = false;
  readonly run = {
    readsComputedNames: false,
    touchesFiles: false,
    computed: false,
    declares: false,
    climbs: false,
  };
  private readonly files: FileRead[] = [];
  private readonly variables: VariableRead[] = [];
  private readonly unresolved: UnresolvedRead[] = [];
  private readonly macros = new Set<string>();
  private readonly defines = new Set<string>();
  private readonly exports = new Set<string>();
  private readonly paths: RunPath[] = [];
  private readonly runVariables: VariableRead[] = [];
  private readonly names: VariableRead[] = [];
  private mayBeMissing: boolean | undefined;

  constructor(
    private readonly reading: Reading,
    private readonly role: SourceRole,
  ) {}

  addFile(read: { path: string; base: FileRead['base']; by: string; certain?: boolean }): void {
    const { path, base, by, certain = true } = read;
    if (path.length > maxPathLength) return;
    const { inDefinition, place } = this.reading;
    this.files.push({ path, base, by, certain, inDefinition, ...place });
  }

  addVariable(name: string): void {
    if (!isCargoVariable(name, this.role)) this.variables.push({ name, ...this.reading.place });
  }

  addUnresolved(by: string): void {
    this.unresolved.push({ by, inDefinition: this.reading.inDefinition, ...this.reading.place });
  }

  /** @param path the macro's path, such as `tokio::main` */
  addMacro(path: string): void {
    if (path !== '' && !this.reading.place.testOnly) this.macros.add(path);
  }

  addDefinition(name: string | undefined): void {
    if (name !== undefined) this.defines.add(name);
  }

  addExport(name: string): void {
    this.exports.add(name);
  }

  addRunPath(read: { path: string; by: string; certain: boolean }): void {
    if (read.path.length <= maxPathLength) this.paths.push({ ...read, ...this.reading.place });
  }

  addRunVariable(name: string): void {
    if (!isCargoVariable(name, this.role)) this.runVariables.push({ name, ...this.reading.place });
  }

  /** A literal that may be a variable's name. */
  addName(name: string): void {
    if (isVariableName(name) && !isCargoVariable(name, this.role))
      this.names.push({ name, ...this.reading.place });
  }

  /** Returns whether rust-embed's `allow_missing` occurs; it then counts for all folders of the source. */
  allowsMissing({ tokens }: Reading): boolean {
    this.mayBeMissing ??= tokens.some(({ kind, text }) => kind === 'identifier' && text === 'allow_missing');
    return this.mayBeMissing;
  }

  result(modules: readonly ModuleDeclaration[], hasUnknownModules: boolean): SourceFacts {
    const isBuild = this.role === 'build-script' || this.role === 'proc-macro';
    return {
      modules,
      files: this.files,
      variables: this.variables,
      unresolved: this.unresolved,
      macros: [...this.macros].sort(),
      defines: [...this.defines].sort(),
      exports: [...this.exports].sort(),
      unknownModules: !hasUnknownModules ? 'none' : this.exportsMacros ? 'exported' : 'own',
      exportsMacros: this.exportsMacros,
      run: {
        ...this.run,
        paths: this.paths,
        variables: this.runVariables,
        // In a build script or macro, the function that reads the variable may be in another source.
        names: isBuild || this.run.readsComputedNames ? this.names : [],
      },
    };
  }
}
