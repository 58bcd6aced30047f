import { posix } from 'node:path';
import { asTable, type TomlTable } from '../manifests/toml.js';

/** Reads the settings that users make for targets in project.json, package.json and nx.json. */
export class UserOptions {
  private readonly defaults: TomlTable;
  private readonly parsedFiles = new Map<string, TomlTable | undefined>();

  /** @param read returns the text of a file, relative to the Nx workspace; undefined if there is none */
  constructor(private readonly read: (path: string) => string | undefined) {
    this.defaults = asTable(this.json('nx.json')?.targetDefaults) ?? {};
  }

  /** Returns all settings for a target: tables that may have `options` and `configurations`. */
  of(folder: string, target: string, executor: string | undefined): unknown[] {
    return [
      this.defaults[target],
      this.defaults[executor ?? ''],
      asTable(this.json(posix.join(folder, 'project.json'))?.targets)?.[target],
      asTable(asTable(this.json(posix.join(folder, 'package.json'))?.nx)?.targets)?.[target],
    ];
  }

  /** Returns whether features may be chosen for the crate in a folder. Any project.json counts, whatever its content. */
  mayChooseFeatures(folder: string): boolean {
    return (
      this.json(posix.join(folder, 'project.json')) !== undefined ||
      choosesFeatures(this.defaults) ||
      choosesFeatures(asTable(this.json(posix.join(folder, 'package.json'))?.nx))
    );
  }

  /** Returns whether the user added dependencies to the project in a folder. */
  namesDependencies(folder: string): boolean {
    const nx = asTable(this.json(posix.join(folder, 'package.json'))?.nx);
    return [this.json(posix.join(folder, 'project.json')), nx].some(
      (settings) => settings?.implicitDependencies !== undefined,
    );
  }

  /** Returns undefined if the file does not exist, and an empty table for invalid JSON, which Nx itself reports. */
  private json(path: string): TomlTable | undefined {
    if (!this.parsedFiles.has(path)) this.parsedFiles.set(path, parseJson(this.read(path)));
    return this.parsedFiles.get(path);
  }
}

function parseJson(text: string | undefined): TomlTable | undefined {
  if (text === undefined) return undefined;
  try {
    return asTable(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

function choosesFeatures(settings: TomlTable | undefined): boolean {
  return /"(?:features|allFeatures|fallbacks|args)":/.test(JSON.stringify(settings ?? {}));
}
