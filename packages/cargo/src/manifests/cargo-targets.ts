import { posix } from 'node:path';
import type { RepositoryFiles } from '@millwright/toolkit';
import type { CrateTarget, CrateType } from './model.js';
import { asStrings, asTable, type TomlTable } from './toml.js';

/** Read access to the repository's files; paths are relative to the Nx workspace. */
export type FileTree = Pick<RepositoryFiles, 'exists' | 'list'>;

/** The facts from which a package's targets are derived. */
export interface PackageFacts {
  /** The package's folder. */
  readonly root: string;
  readonly name: string;
  readonly edition: string;
  readonly manifest: TomlTable;
  readonly files: FileTree;
}

/** Returns the build script: `package.build`, or `build.rs` if it exists (Cargo reference, "Build Scripts"). */
export function buildScriptOf({ root, manifest, files }: PackageFacts): string | undefined {
  const build = asTable(manifest.package)?.build;
  if (build === false) return undefined;
  if (typeof build === 'string') return posix.join(root, build);
  const path = posix.join(root, 'build.rs');
  return build === true || files.exists(path) ? path : undefined;
}

/** Returns the library target, if any (Cargo reference, "Cargo Targets", "Library"). */
export function libraryOf({ root, name, edition, manifest, files }: PackageFacts): CrateTarget[] {
  const lib = asTable(manifest.lib);
  const defaultPath = posix.join(root, 'src/lib.rs');
  const libraryName = typeof lib?.name === 'string' ? lib.name : name.replaceAll('-', '_');
  if (lib === undefined && (asTable(manifest.package)?.autolib === false || !files.exists(defaultPath)))
    return [];
  const legacy = posix.join(root, 'src', `${libraryName}.rs`);
  const isLegacy = edition === '2015' && !files.exists(defaultPath) && files.exists(legacy);
  const isMacro = lib?.['proc-macro'] === true || lib?.proc_macro === true;
  const types = asStrings(lib?.['crate-type'] ?? lib?.crate_type) as CrateType[];
  return [
    {
      kind: 'lib',
      name: libraryName,
      crateTypes: isMacro ? ['proc-macro'] : types.length > 0 ? types : ['lib'],
      path: typeof lib?.path === 'string' ? posix.join(root, lib.path) : isLegacy ? legacy : defaultPath,
      requiredFeatures: [],
    },
  ];
}

/** Returns the binary targets (Cargo reference, "Cargo Targets", "Binaries" and "Target auto-discovery"). */
export function binariesOf(facts: PackageFacts): CrateTarget[] {
  const { root, name, files } = facts;
  const main = posix.join(root, 'src/main.rs');
  const inferred = [
    ...(files.exists(main) ? [{ name, path: main }] : []),
    ...inferredIn(posix.join(root, 'src/bin'), files),
  ];
  const legacy = (bin: string) =>
    [`src/${bin}.rs`, 'src/main.rs', 'src/bin/main.rs']
      .map((path) => posix.join(root, path))
      .find((path) => files.exists(path));
  return targetsOf(facts, 'bin', 'autobins', inferred, legacy).map(({ path, table, ...bin }) => ({
    kind: 'bin',
    name: bin.name,
    crateTypes: ['bin'],
    path: path ?? main,
    requiredFeatures: asStrings(table?.['required-features']),
  }));
}

/** Returns the root sources of tests, examples and benches (Cargo reference, "Cargo Targets"). */
export function testsOf(facts: PackageFacts): string[] {
  const { root, files } = facts;
  const kinds = [
    ['test', 'autotests', 'tests'],
    ['example', 'autoexamples', 'examples'],
    ['bench', 'autobenches', 'benches'],
  ] as const;
  return kinds.flatMap(([section, flag, folder]) => {
    const inferred = inferredIn(posix.join(root, folder), files);
    const bench = posix.join(root, 'src/bench.rs');
    const legacy = (name: string) =>
      section === 'bench' && name === 'bench' && files.exists(bench) ? bench : undefined;
    return targetsOf(facts, section, flag, inferred, legacy).flatMap(({ path }) => path ?? []);
  });
}

interface Inferred {
  readonly name: string;
  readonly path: string;
}

interface Target {
  readonly name: string;
  /** Undefined if no source is found, which cargo reports. */
  readonly path: string | undefined;
  readonly table?: TomlTable;
}

/**
 * Returns the targets that a manifest lists, and those discovered, sorted by name. In edition 2015, listing any target
 * disables discovery.
 */
function targetsOf(
  { root, edition, manifest }: PackageFacts,
  section: string,
  flag: string,
  inferred: readonly Inferred[],
  legacy: (name: string) => string | undefined,
): Target[] {
  const tables = tablesIn(manifest[section]).filter((table) => typeof table.name === 'string');
  const discovers = asTable(manifest.package)?.[flag];
  const listedTargets = tables.map((table): Target => {
    const name = String(table.name);
    const own = typeof table.path === 'string' ? posix.join(root, table.path) : undefined;
    const found = inferred.find((one) => one.name === name)?.path;
    return { name, path: own ?? found ?? (edition === '2015' ? legacy(name) : undefined), table };
  });
  const isDiscovering =
    typeof discovers === 'boolean' ? discovers : edition !== '2015' || manifest[section] === undefined;
  const others = isDiscovering
    ? inferred.filter(
        ({ name, path }) => !listedTargets.some((one) => one.name === name || one.path === path),
      )
    : [];
  const all = new Map([...others, ...listedTargets].map((target: Target) => [target.name, target]));
  return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Discovers `<folder>/<name>.rs` and `<folder>/<name>/main.rs`. */
function inferredIn(folder: string, files: FileTree): Inferred[] {
  return files.list(folder).flatMap((entry) => {
    if (entry.startsWith('.')) return [];
    if (entry.endsWith('.rs'))
      return [{ name: entry.slice(0, -'.rs'.length), path: posix.join(folder, entry) }];
    const main = posix.join(folder, entry, 'main.rs');
    return files.exists(main) ? [{ name: entry, path: main }] : [];
  });
}

function tablesIn(value: unknown): TomlTable[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).map(asTable).filter((table) => table !== undefined);
}
