import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readText, statOf, namesIn } from '@millwright/toolkit';
import { type DepInfo, parseDepInfo } from '../source-scan/dep-info.js';
import type { ArtifactMessage, BuildScriptMessage } from './messages.js';
import type { CargoMetadata } from './metadata.js';

/** cargo's folders for final files and for intermediate files. */
type CargoFolders = Pick<CargoMetadata, 'target_directory' | 'build_directory'>;

/** The reads of a build by crate, as recorded by rustc and declared by build scripts. */
export class BuildReads {
  private readonly files = new Map<string, Set<string>>();
  private readonly variables = new Map<string, Set<string>>();
  /** Variables that build scripts set for their crates (`cargo::rustc-env`). */
  private readonly scriptVariables = new Map<string, Set<string>>();

  constructor(private readonly folders: CargoFolders) {}

  addUnit(message: ArtifactMessage): void {
    const folder = folderOf(message.package_id);
    if (folder === undefined) return;
    const isScript = message.target.kind.includes('custom-build');
    const paths = isScript ? scriptDepInfo(message) : depInfoPath(message, this.folders);
    for (const path of paths) this.add(folder, readDepInfo(path));
  }

  /** Adds `rerun-if-changed` and `rerun-if-env-changed` of a build script (Cargo reference, "Build Scripts"). */
  addBuildScript(message: BuildScriptMessage): void {
    const folder = folderOf(message.package_id);
    if (folder === undefined) return;
    const ownVariables = entry(this.scriptVariables, folder);
    for (const [name] of message.env) ownVariables.add(name);
    const output = readText(join(dirname(message.out_dir), 'output')) ?? '';
    for (const [, key, value = ''] of output.matchAll(/^cargo::?(rerun-if-(?:env-)?changed)=(.*)$/gm)) {
      if (key === 'rerun-if-changed') entry(this.files, folder).add(resolve(folder, value));
      else entry(this.variables, folder).add(value);
    }
  }

  /** The folders of all compiled local crates, absolute. */
  get crates(): string[] {
    return [...new Set([...this.files.keys(), ...this.variables.keys()])];
  }

  /** Returns the reads of the crates in the folders, with absolute paths. */
  readsOf(folders: Iterable<string>): DepInfo {
    const files: string[] = [];
    const variables = new Map<string, undefined>();
    for (const folder of folders) {
      files.push(...(this.files.get(folder) ?? []));
      for (const name of this.variables.get(folder) ?? []) {
        if (this.scriptVariables.get(folder)?.has(name) !== true) variables.set(name, undefined);
      }
    }
    return { files, variables };
  }

  private add(folder: string, info: DepInfo): void {
    for (const file of info.files) entry(this.files, folder).add(file);
    for (const name of info.variables.keys()) entry(this.variables, folder).add(name);
  }
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}

/** Returns a crate's folder from its package id; undefined for external packages. */
export function folderOf(packageId: string): string | undefined {
  const match = /^path\+(file:\/\/[^#?]+)/.exec(packageId);
  return match?.[1] === undefined ? undefined : fileURLToPath(match[1]);
}

/** Finds a unit's dep-info: rustc writes `deps/<name>-<hash>.d`, and cargo hard-links final files without the hash. */
function depInfoPath({ filenames, target }: ArtifactMessage, folders: CargoFolders): string[] {
  const file = filenames.find((name) => !/\.(d|dwp|pdb)$/.test(name));
  if (file === undefined) return [];
  const folder = dirname(file);
  if (basename(folder) === 'deps') return [withoutLib(file)];
  const { target_directory: from, build_directory: to = from } = folders;
  const deps = join(to, relative(from, folder), 'deps');
  const inode = statOf(file)?.ino;
  if (inode === undefined) return [];
  // Other compilers of the same build may remove files meanwhile.
  const names = namesIn(deps);
  const name = names.find((one) => !one.endsWith('.d') && statOf(join(deps, one))?.ino === inode);
  if (name !== undefined) return [withoutLib(join(deps, name))];
  // On another file system, the final file is a copy with another inode.
  return newest(names.filter((one) => isDepInfoOf(one, target.name)).map((one) => join(deps, one)));
}

function isDepInfoOf(name: string, target: string): boolean {
  return new RegExp(`^${target.replaceAll('-', '_')}-[0-9a-f]+\\.d$`).test(name);
}

function newest(paths: readonly string[]): string[] {
  const times = paths.map((path) => ({ path, time: statOf(path)?.mtimeMs ?? 0 }));
  return times
    .sort((one, other) => other.time - one.time)
    .slice(0, 1)
    .map(({ path }) => path);
}

/** Finds the dep-info of a build script, which has its own folder. */
function scriptDepInfo({ filenames: [file] }: ArtifactMessage): string[] {
  if (file === undefined) return [];
  const folder = dirname(file);
  return namesIn(folder).flatMap((name) => (name.endsWith('.d') ? [join(folder, name)] : []));
}

function withoutLib(file: string): string {
  const name = basename(file).replace(/\.(rlib|rmeta|so|dylib|dll|a|lib|exe)$/, '');
  return join(dirname(file), `${name.replace(/^lib/, '')}.d`);
}

function readDepInfo(path: string): DepInfo {
  return parseDepInfo(readText(path) ?? '');
}
