import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { tablesOf, type TomlTable } from '../../../manifests/toml.js';
import type { CargoMetadata } from '../../../cargo-cli/metadata.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The inputs of cargo's build plans for one workspace, except for the files that `groupingKey` reads itself. */
export interface GroupingFacts {
  /** The cargo command for each build. */
  readonly plans: readonly {
    readonly package: string;
    readonly args: readonly string[];
    readonly env: Environment;
  }[];
  /** The current `cargo metadata`: members, and the targets that cargo found in their folders. */
  readonly metadata: CargoMetadata;
  /** Digests of toolchain, linkers and configuration, one per triple; undefined if not computed. */
  readonly machineDigests: readonly (string | undefined)[];
  /** cargo's configuration files, nearest first, absolute. */
  readonly configFiles: readonly string[];
  /** This process's environment. */
  readonly env: Environment;
}

export interface GroupingFiles {
  /** Returns the text of a file; undefined if it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** Parses TOML; returns an empty table if the text is invalid. */
  readonly parse: (text: string) => TomlTable;
}

/**
 * Returns a digest of everything that decides which builds can share one cargo. Sources are not part of it.
 * @returns undefined if the answer depends on more than this function reads, so that cargo must be queried each time:
 * there is no lock file, a machine digest is missing, or the build uses path dependencies outside the workspace,
 * patches, replaced sources, or files passed as arguments
 */
export function groupingKey(facts: GroupingFacts, files: GroupingFiles): string | undefined {
  const { metadata, plans, machineDigests, configFiles, env } = facts;
  const root = metadata.workspace_root;
  const lock = files.read(join(root, 'Cargo.lock'));
  const rootManifest = files.read(join(root, 'Cargo.toml'));
  if (lock === undefined || rootManifest === undefined || machineDigests.includes(undefined))
    return undefined;
  const configs = configFiles.map((path) => [path, files.read(path)] as const);
  const tables = [rootManifest, ...configs.map(([, text]) => text ?? '')].map(files.parse);
  if (
    hasPathDependencyOutsideWorkspace(metadata) ||
    tables.some(replacesPackages) ||
    plans.some(({ args }) => args.some(passesFile))
  )
    return undefined;
  const manifests = metadata.packages.map(({ manifest_path: path }) => [path, files.read(path)] as const);
  const variables = Object.entries(env).filter(([name]) => /^(CARGO|RUST|HOME$|PATH$)/.test(name));
  const all = [
    plans,
    metadata,
    machineDigests,
    lock,
    rootManifest,
    configs,
    manifests,
    variables.sort(byName),
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** A path dependency outside the workspace matters with its own manifest and dependencies, which are not read here. */
function hasPathDependencyOutsideWorkspace({ packages }: CargoMetadata): boolean {
  const members = new Set(packages.map(({ manifest_path: path }) => dirname(path)));
  return packages.some((pkg) =>
    pkg.dependencies.some(({ path }) => path !== undefined && path !== null && !members.has(path)),
  );
}

/** Returns whether a manifest or configuration replaces packages with local folders, or includes other files. */
function replacesPackages(table: TomlTable): boolean {
  const sources = tablesOf(table.source).some(([, source]) => 'directory' in source);
  return sources || ['patch', 'replace', 'paths', 'include'].some((key) => key in table);
}

/** Returns whether an argument passes a file to cargo: `--config` takes either a path or `key=value`. */
function passesFile(arg: string, index: number, args: readonly string[]): boolean {
  if (/^--lockfile-path(=|$)/.test(arg)) return true;
  const value = args[index - 1] === '--config' ? arg : /^--config=(.*)$/s.exec(arg)?.[1];
  return value !== undefined && !/^[\w.'"-]+\s*=/.test(value);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
