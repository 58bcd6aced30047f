import { join, relative, resolve, sep } from 'node:path';
import type { TaskGraph } from '@nx/devkit';
import { InputWatch, type Writers } from '@millwright/toolkit';
import type { LocalCrates } from './local-crates.js';
import type { Crate } from '../manifests/model.js';
import { isWithin } from '../manifests/workspaces.js';

/** The parts of a crate that a task compiles: library and binaries (`built`), or also tests and examples (`all`). */
export type CompiledParts = 'built' | 'all';

/** Detects files that are edited while crates are compiled. */
export class EditedFiles {
  private constructor(
    private readonly repository: string,
    private readonly files: ReadonlyMap<string, readonly string[]>,
    private readonly parts: CompiledParts,
    private readonly watch: InputWatch,
    private readonly outputs: readonly string[],
  ) {}

  /**
   * Starts watching; call it before cargo starts.
   * @param crates all crates that may be compiled
   * @param tasks the task graph of the run: other tasks may generate sources
   */
  static async start(
    repository: string,
    sources: LocalCrates,
    crates: readonly Crate[],
    parts: CompiledParts,
    tasks: TaskGraph | undefined,
  ): Promise<EditedFiles> {
    const files = new Map(crates.map((crate) => [crate.root, sources.watchedFiles(crate, parts)]));
    const watch = await InputWatch.start(repository, new Set([...files.values()].flat()));
    const outputs = Object.values(tasks?.tasks ?? {}).flatMap((task) => task.outputs);
    return new EditedFiles(repository, files, parts, watch, outputs);
  }

  /**
   * Returns the files that were edited since Nx hashed them: relative to the repository, or absolute if outside it.
   * @param crates the compiled crates
   * @param read files that compilers and build scripts read, absolute, without generated files
   */
  async editedFiles(crates: readonly Crate[], read: readonly string[]): Promise<string[]> {
    const known = crates.flatMap(({ root }) => this.files.get(root) ?? []);
    const edited = await this.watch.changed([...known, ...read], this.writersOf(crates));
    return [...edited].map((path) => this.nameOf(path)).sort();
  }

  /** Build scripts may write to their own packages, and tests anywhere. */
  private writersOf(crates: readonly Crate[]): Writers {
    const scripted = crates
      .filter(({ buildScript }) => buildScript !== undefined)
      .map(({ root }) => join(this.repository, root));
    return {
      mayWrite: (path) => this.parts === 'all' || scripted.some((folder) => isWithin(path, folder)),
      isOutput: (path) => this.outputs.some((output) => isWithin(path, resolve(this.repository, output))),
    };
  }

  private nameOf(path: string): string {
    return isWithin(path, this.repository) ? relative(this.repository, path).split(sep).join('/') : path;
  }
}

/** Formats a line that names the edited files; undefined if there are none. */
export function reportEdited(name: string, files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  const first = files.slice(0, maxNames);
  const rest = files.length - first.length;
  const named = rest > 0 ? `${first.join(', ')} and ${rest} more` : first.join(', ');
  return `${name}: ${named} changed while the task ran, so the next run will not use this result from the cache`;
}

/** The maximum number of files named in the line. */
const maxNames = 8;
