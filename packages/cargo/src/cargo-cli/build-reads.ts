import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readText, statOf, namesIn } from '@millwright/toolkit';
import { type DepInfo, parseDepInfo } from '../source-scan/dep-info.js';
import type { ArtifactMessage, BuildScriptMessage } from './messages.js';
import type { CargoMetadata } from './metadata.js';

/** Where cargo puts final files, and where it keeps all others. */
type CargoFolders = Pick<CargoMetadata, 'target_directory' | 'build_directory'>;

/** What the crates of a build read, as rustc and build scripts wrote it down, crate by crate. */
export class BuildReads {
  private readonly files = new Map<string, Set<string>>();
  private readonly variables = new Map<string, Set<string>>();
  /** Variables that build scripts set for their crates. */
  private readonly given = new Map<string, Set<string>>();

  constructor(private readonly folders: CargoFolders) {}

  addUnit(message: ArtifactMessage): void {
    const folder = folderOf(message.package_id);
    if (folder === undefined) return;
    const isScript = message.target.kind.includes('custom-build');
    const paths = isScript ? scriptDepInfo(message) : depInfoPath(message, this.folders);
    for (const path of paths) this.add(folder, readDepInfo(path));
  }

  /** What a script declares by `rerun-if-changed` and `rerun-if-env-changed` (Cargo reference, "Build Scripts"). */
  addBuildScript(message: BuildScriptMessage): void {
    const folder = folderOf(message.package_id);
    if (folder === undefined) return;
    const given = entry(this.given, folder);
    for (const [name] of message.env) given.add(name);
    const output = readText(join(dirname(message.out_dir), 'output')) ?? '';
    for (const [, key, value = ''] of output.matchAll(/^cargo::?(rerun-if-(?:env-)?changed)=(.*)$/gm)) {
      if (key === 'rerun-if-changed') entry(this.files, folder).add(resolve(folder, value));
      else entry(this.variables, folder).add(value);
    }
  }

  /** The folders of all crates by path that were compiled, absolute. */
  get crates(): string[] {
    return [...new Set([...this.files.keys(), ...this.variables.keys()])];
  }

  /** What the crates of the given folders read together; absolute paths. */
  of(folders: Iterable<string>): DepInfo {
    const files: string[] = [];
    const variables = new Map<string, undefined>();
    for (const folder of folders) {
      files.push(...(this.files.get(folder) ?? []));
      for (const name of this.variables.get(folder) ?? []) {
        if (this.given.get(folder)?.has(name) !== true) variables.set(name, undefined);
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

/** The folder of a crate on disk, out of its id; undefined for packages from elsewhere. */
export function folderOf(packageId: string): string | undefined {
  const match = /^path\+(file:\/\/[^#?]+)/.exec(packageId);
  return match?.[1] === undefined ? undefined : fileURLToPath(match[1]);
}

/** rustc writes `deps/<name>-<hash>.d`; cargo links final files to a place without the hash. */
function depInfoPath({ filenames, target }: ArtifactMessage, folders: CargoFolders): string[] {
  const file = filenames.find((name) => !/\.(d|dwp|pdb)$/.test(name));
  if (file === undefined) return [];
  const folder = dirname(file);
  if (basename(folder) === 'deps') return [withoutLib(file)];
  const { target_directory: from, build_directory: to = from } = folders;
  const deps = join(to, relative(from, folder), 'deps');
  const inode = statOf(file)?.ino;
  if (inode === undefined) return [];
  // Other compilers of the same build remove files of theirs while this looks.
  const names = namesIn(deps);
  const name = names.find((one) => !one.endsWith('.d') && statOf(join(deps, one))?.ino === inode);
  if (name !== undefined) return [withoutLib(join(deps, name))];
  // In another file system it is a copy.
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

/** A compiled build script has a folder of its own. */
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
