import { posix } from 'node:path';
import { asTable, type TomlTable } from '../manifests/toml.js';

/** What says options of targets beside the plugin itself: project.json, package.json, nx.json. */
export class WrittenOptions {
  private readonly defaults: TomlTable;
  private readonly known = new Map<string, TomlTable | undefined>();

  /** @param read the text of a file, relative to the Nx workspace; undefined where there is none */
  constructor(private readonly read: (path: string) => string | undefined) {
    this.defaults = asTable(this.json('nx.json')?.targetDefaults) ?? {};
  }

  /** All that is said of a target: tables that may have `options` and `configurations`. */
  of(folder: string, target: string, executor: string | undefined): unknown[] {
    return [
      this.defaults[target],
      this.defaults[executor ?? ''],
      asTable(this.json(posix.join(folder, 'project.json'))?.targets)?.[target],
      asTable(asTable(this.json(posix.join(folder, 'package.json'))?.nx)?.targets)?.[target],
    ];
  }

  /** Whether features may be chosen for the crate of a folder; a project.json counts, whatever it says today. */
  mayChooseFeatures(folder: string): boolean {
    return (
      this.json(posix.join(folder, 'project.json')) !== undefined ||
      choosesFeatures(this.defaults) ||
      choosesFeatures(asTable(this.json(posix.join(folder, 'package.json'))?.nx))
    );
  }

  /** Whether the project of a folder depends on others beside those that its crate does. */
  namesDependencies(folder: string): boolean {
    const nx = asTable(this.json(posix.join(folder, 'package.json'))?.nx);
    return [this.json(posix.join(folder, 'project.json')), nx].some(
      (written) => written?.implicitDependencies !== undefined,
    );
  }

  /** Undefined where there is no such file; what is no JSON is for Nx to report. */
  private json(path: string): TomlTable | undefined {
    if (!this.known.has(path)) this.known.set(path, parsed(this.read(path)));
    return this.known.get(path);
  }
}

function parsed(text: string | undefined): TomlTable | undefined {
  if (text === undefined) return undefined;
  try {
    return asTable(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

function choosesFeatures(written: TomlTable | undefined): boolean {
  return /"(?:features|allFeatures|fallbacks|args)":/.test(JSON.stringify(written ?? {}));
}
