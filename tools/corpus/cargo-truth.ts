/** What cargo and rustc say of a crate of the corpus. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseDepInfo } from '../../packages/cargo/dist/source-scan/dep-info.js';
import { isCargoVariable } from '../../packages/cargo/dist/source-scan/scanner/cargo-variables.js';
import { tool } from './tool.ts';
import { nothing, type Truth } from './truth.ts';

interface Metadata {
  readonly workspace_root: string;
  readonly workspace_members: readonly string[];
  readonly packages: readonly {
    readonly id: string;
    readonly manifest_path: string;
    readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
  }[];
  readonly resolve: {
    readonly root: string | null;
    readonly nodes: readonly { readonly id: string; readonly deps: readonly { readonly pkg: string }[] }[];
  };
}

/** A line of `cargo check --message-format=json`, as far as it is read. */
interface Message {
  readonly reason: string;
  readonly package_id?: string;
  readonly filenames?: readonly string[];
  readonly out_dir?: string;
}

/** A package in the repository. */
interface LocalPackage {
  /** Its folder with symbolic links resolved, relative to the repository. */
  readonly folder: string;
  /** Where its build script runs, absolute. */
  readonly manifestFolder: string;
  /** Where rustc runs, absolute: in the workspace for its members, else in the package. */
  readonly compilesIn: string;
}

/** Kinds of targets that become final files. */
const handedOver = ['bin', 'cdylib', 'staticlib'];

type Facts = Pick<Truth, 'programs' | 'edges' | 'edgesOfOthers' | 'closure' | 'resolvedWith'>;

/**
 * Returns the facts that cargo reports about a crate without compiling it.
 * @param repository the corpus' repository, absolute
 * @param place the crate's folder in it
 */
function crateFacts(
  repository: string,
  place: string,
):
  | { readonly facts: Facts; readonly local: ReadonlyMap<string, LocalPackage> }
  | { readonly skipped: string } {
  const described = tool(join(repository, place), 'cargo', [
    ...['metadata', '--format-version', '1', '--all-features'],
  ]);
  if (!described.succeeded) return { skipped: `cargo metadata: ${described.reason}` };
  const metadata = JSON.parse(described.stdout) as Metadata;
  const local = localPackages(repository, metadata);
  const root = metadata.resolve.root ?? '';
  const dependencies = new Map(
    metadata.resolve.nodes.map(({ id, deps }) => [id, deps.map(({ pkg }) => pkg)]),
  );
  const edgesOf = (id: string, folder: string) => foldersOf(nearest(id, dependencies, local), local, folder);
  const own = metadata.packages.find(({ id }) => id === root);
  const others = [...local].filter(([id]) => id !== root);
  const facts = {
    programs: (own?.targets ?? [])
      .filter(({ kind }) => kind.some((one) => handedOver.includes(one)))
      .map(({ name }) => name),
    edges: edgesOf(root, place),
    edgesOfOthers: Object.fromEntries(others.map(([id, { folder }]) => [folder, edgesOf(id, folder)])),
    closure: foldersOf(closureOf(root, dependencies), local, place),
    resolvedWith: foldersOf(metadata.workspace_members, local, place),
  };
  return { facts, local };
}

/**
 * @param repository the corpus' repository, absolute
 * @param place the crate's folder in it
 * @param targetFolder where cargo compiles, shared by all crates
 */
export function crateTruth(repository: string, place: string, targetFolder: string): Truth {
  const folder = join(repository, place);
  const described = crateFacts(repository, place);
  if ('skipped' in described) return { ...nothing, ...described };
  const { facts, local } = described;
  const args = ['check', '--message-format=json', '--quiet', '--jobs=1', '--target-dir', targetFolder];
  const checked = tool(folder, 'cargo', args);
  if (!checked.succeeded) return { ...nothing, ...facts, skipped: `cargo check: ${checked.reason}` };
  const { files, variables } = readsOf(checked.stdout, repository, local, targetFolder);
  return { ...facts, files, programFiles: files, variables };
}

function localPackages(
  repository: string,
  { packages, workspace_root }: Metadata,
): ReadonlyMap<string, LocalPackage> {
  const local = packages.map(({ id, manifest_path }) => {
    const manifestFolder = dirname(manifest_path);
    const isInWorkspace = !relative(workspace_root, manifestFolder).startsWith('..');
    const compilesIn = isInWorkspace ? workspace_root : manifestFolder;
    return [id, { folder: within(repository, manifestFolder), manifestFolder, compilesIn }] as const;
  });
  return new Map(local.filter(([, { folder }]) => !folder.startsWith('..')));
}

/** Resolves symbolic links in a path. Returns it relative to the repository. */
function within(repository: string, path: string): string {
  return relative(repository, existsSync(path) ? realpathSync.native(path) : path);
}

function closureOf(root: string, dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  const open = [root];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const dependency of dependencies.get(id) ?? []) {
      if (found.has(dependency)) continue;
      found.add(dependency);
      open.push(dependency);
    }
  }
  return [...found];
}

/** The packages of the repository that one depends on, directly or through packages from elsewhere. */
function nearest(
  root: string,
  dependencies: ReadonlyMap<string, readonly string[]>,
  local: ReadonlyMap<string, LocalPackage>,
): string[] {
  const seen = new Set(dependencies.get(root));
  for (const id of seen) {
    if (!local.has(id)) for (const dependency of dependencies.get(id) ?? []) seen.add(dependency);
  }
  return [...seen];
}

function foldersOf(ids: readonly string[], local: ReadonlyMap<string, LocalPackage>, own: string): string[] {
  const found = ids.flatMap((id) => local.get(id)?.folder ?? []).filter((folder) => folder !== own);
  return [...new Set(found)].sort();
}

/** What was read to compile the packages of the repository, by dep-info files and the output of build scripts. */
function readsOf(
  messages: string,
  repository: string,
  local: ReadonlyMap<string, LocalPackage>,
  targetFolder: string,
): { files: string[]; variables: string[] } {
  const files = new Set<string>();
  const variables = new Set<string>();
  const addFile = (base: string, path: string) => {
    const inside = within(repository, resolve(base, path));
    if (!inside.startsWith('..') && relative(targetFolder, resolve(base, path)).startsWith('..'))
      files.add(inside);
  };
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line) as Message;
    const one = local.get(message.package_id ?? '');
    if (one === undefined) continue;
    const role = message.reason === 'build-script-executed' ? 'build-script' : 'source';
    const addVariable = (name: string) => {
      if (!isCargoVariable(name, role)) variables.add(name);
    };
    if (message.reason === 'build-script-executed') {
      const output = readFileSync(join(dirname(message.out_dir ?? ''), 'output'), 'utf8');
      for (const [, what, value = ''] of output.matchAll(/^cargo::?rerun-if-(changed|env-changed)=(.*)$/gm)) {
        if (what === 'changed') addFile(one.manifestFolder, value.trim());
        else addVariable(value.trim());
      }
    }
    for (const file of (message.filenames ?? []).flatMap(depInfosOf)) {
      const read = parseDepInfo(readFileSync(file, 'utf8'));
      for (const path of read.files) addFile(one.compilesIn, path);
      for (const name of read.variables.keys()) addVariable(name);
    }
  }
  return { files: [...files].sort(), variables: [...variables].sort() };
}

/**
 * `libx-1a2b.rmeta` has its dep-info in `x-1a2b.d` beside it; a build script has a folder to itself, and there a name
 * with a hash.
 */
function depInfosOf(file: string): string[] {
  const folder = dirname(file);
  if (basename(file).startsWith('build-script-')) {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.d') ? [join(folder, name)] : []));
  }
  const [, name] = /^(?:lib)?(.+)\.(?:rmeta|rlib|so)$/.exec(basename(file)) ?? [];
  const path = join(folder, `${name}.d`);
  return existsSync(path) ? [path] : [];
}
