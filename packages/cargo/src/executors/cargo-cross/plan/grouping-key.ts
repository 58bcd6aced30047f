import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { tablesOf, type TomlTable } from '../../../manifests/toml.js';
import type { CargoMetadata } from '../../../cargo-cli/metadata.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** All that cargo's plans for some builds of one workspace follow from, beside the files that the key itself reads. */
export interface GroupingFacts {
  /** What cargo is asked for each build. */
  readonly plans: readonly {
    readonly package: string;
    readonly args: readonly string[];
    readonly env: Environment;
  }[];
  /** What cargo says of the workspace now: members with the targets that it found in their folders. */
  readonly metadata: CargoMetadata;
  /** Digests of toolchain, linkers and surroundings, one for each triple; undefined where nobody looked. */
  readonly surroundings: readonly (string | undefined)[];
  /** cargo's configuration, nearest file first, absolute. */
  readonly configFiles: readonly string[];
  /** This process's environment. */
  readonly env: Environment;
}

export interface GroupingFiles {
  /** The text of a file; undefined where it cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** A parsed file of cargo's; an empty table where it does not parse. */
  readonly parse: (text: string) => TomlTable;
}

/**
 * A digest of all that decides which builds may share one cargo. Sources are no part of it.
 * @returns undefined where the answer follows from more than is read here, so that cargo is to be asked each time:
 * no lock file, surroundings that nobody looked at, crates by path that are no members of the workspace, patches,
 * vendored crates, files named by arguments
 */
export function groupingKey(facts: GroupingFacts, files: GroupingFiles): string | undefined {
  const { metadata, plans, surroundings, configFiles, env } = facts;
  const root = metadata.workspace_root;
  const lock = files.read(join(root, 'Cargo.lock'));
  const rootManifest = files.read(join(root, 'Cargo.toml'));
  if (lock === undefined || rootManifest === undefined || surroundings.includes(undefined)) return undefined;
  const configs = configFiles.map((path) => [path, files.read(path)] as const);
  const tables = [rootManifest, ...configs.map(([, text]) => text ?? '')].map(files.parse);
  if (leadsElsewhere(metadata) || tables.some(redirects) || plans.some(({ args }) => args.some(namesFile)))
    return undefined;
  const manifests = metadata.packages.map(({ manifest_path: path }) => [path, files.read(path)] as const);
  const variables = Object.entries(env).filter(([name]) => /^(CARGO|RUST|HOME$|PATH$)/.test(name));
  const all = [plans, metadata, surroundings, lock, rootManifest, configs, manifests, variables.sort(byName)];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** Whether a member depends by path on what is none: such a crate's manifest counts, and those it leads to. */
function leadsElsewhere({ packages }: CargoMetadata): boolean {
  const members = new Set(packages.map(({ manifest_path: path }) => dirname(path)));
  return packages.some((pkg) =>
    pkg.dependencies.some(({ path }) => path !== undefined && path !== null && !members.has(path)),
  );
}

/** Whether a manifest or configuration puts what lies in a folder in the place of crates, or takes in other files. */
function redirects(table: TomlTable): boolean {
  const sources = tablesOf(table.source).some(([, source]) => 'directory' in source);
  return sources || ['patch', 'replace', 'paths', 'include'].some((key) => key in table);
}

/** Whether an argument hands cargo a file of its own: `--config` takes one in the place of `key=value`. */
function namesFile(arg: string, index: number, args: readonly string[]): boolean {
  if (/^--lockfile-path(=|$)/.test(arg)) return true;
  const value = args[index - 1] === '--config' ? arg : /^--config=(.*)$/s.exec(arg)?.[1];
  return value !== undefined && !/^[\w.'"-]+\s*=/.test(value);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
