import { posix } from 'node:path';
import { isMapping, type Mapping, unlessTooDeep, yamlOptions } from '../text/documents.js';
import type { RepositoryFiles } from '../files/disk-files.js';
import { printable } from '../text/printable.js';
import { cargoNames, goModuleName, isCrateName } from './manifest-names.js';
import { nxNames, packageName } from './npm-projects.js';
import { asProjectName, type NameClaim, type NameOrigin } from './unique-names.js';

/** Additional facts on which name claims depend. */
export interface NamingContext {
  /** The name of the workspace's checkout folder. */
  readonly checkout: string;
  /** True if foreign plugins may create projects from package.json files that Nx alone would not. */
  readonly hasOtherPlugins: boolean;
}

/**
 * Returns the project names that the files of a repository claim.
 * @param paths all files that match `projectFiles`, relative to the Nx workspace; others are ignored
 */
export async function nameClaims(
  paths: readonly string[],
  files: RepositoryFiles,
  context: NamingContext,
): Promise<NameClaim[]> {
  const byName = Map.groupBy(paths, (path) => posix.basename(path));
  const named = (...names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []);
  const nx = await nxNames(named('package.json', 'project.json'), files, context.hasOtherPlugins);
  const described = await vendoredClaims(named('millwright.toml'), files);
  const claims: NameClaim[] = [
    ...[...nx].map(([folder, name]) => ({ folder, origin: 'nx' as const, name })),
    // If several claims have the same origin and folder, the first one wins: a vendored crate may not be
    // checked out.
    ...described.filter(({ origin }) => origin === 'explicit'),
    ...named('Cargo.toml').flatMap((path) => cargoClaims(path, files)),
    ...described.filter(({ origin }) => origin !== 'explicit'),
    ...named('go.mod').flatMap((path) => moduleClaims(path, files)),
    ...(await stackClaims(paths.filter(isComposeFile), files, context)),
  ];
  // Nx prints names unchanged, so names with control characters are rejected.
  return claims.filter(({ origin, name }) => origin === 'nx' || printable(name) === name);
}

function cargoClaims(path: string, files: RepositoryFiles): NameClaim[] {
  const folder = posix.dirname(path);
  const { crate, explicit, isWorkspace } = cargoNames(files.read(path) ?? '');
  if (explicit !== undefined) return [{ folder, origin: 'explicit', name: explicit }];
  if (crate !== undefined) return isCrateName(crate) ? [{ folder, origin: 'crate', name: crate }] : [];
  if (!isWorkspace) return [];
  // The checkout folder can have any name, so a workspace at the root uses the name of the repository.
  const root = packageName(files.read('package.json')) ?? 'cargo-workspace';
  return claim(folder, 'workspace', folder === '.' ? root : posix.basename(folder));
}

function moduleClaims(path: string, { read }: RepositoryFiles): NameClaim[] {
  const folder = posix.dirname(path);
  // cmd/go ignores these folders, so modules in them do not belong to the repository.
  if (/(^|\/)([_.][^/]|testdata\/|vendor\/)/.test(path)) return [];
  const name = goModuleName(read(path) ?? '');
  return name === undefined ? [] : claim(folder, 'module', name);
}

/** The default names of main Compose files. Other files follow in alphabetical order. */
const mainComposeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

export function isComposeFile(path: string): boolean {
  return /^(docker-)?compose([.-].*)?\.ya?ml$/.test(posix.basename(path));
}

async function stackClaims(
  paths: readonly string[],
  { read }: RepositoryFiles,
  { checkout }: NamingContext,
): Promise<NameClaim[]> {
  const claims: NameClaim[] = [];
  for (const [folder, own] of Map.groupBy(paths, (path) => posix.dirname(path))) {
    const place = (path: string) => {
      const index = mainComposeFiles.indexOf(posix.basename(path));
      return `${index === -1 ? mainComposeFiles.length : index} ${path}`;
    };
    for (const path of own.sort((a, b) => (place(a) < place(b) ? -1 : 1))) {
      const explicit = await extensionName(read(path) ?? '');
      if (explicit !== undefined) claims.push({ folder, origin: 'explicit', name: explicit });
    }
    const name = packageName(read(posix.join(folder, 'package.json')));
    claims.push(...claim(folder, 'stack', name ?? posix.basename(folder === '.' ? checkout : folder)));
  }
  return claims;
}

/** Returns `x-millwright.name` of a Compose file. */
async function extensionName(text: string): Promise<string | undefined> {
  if (!/^["']?x-millwright["']?\s*:/m.test(text) || !text.includes('name')) return undefined;
  const { parseDocument } = await import('yaml');
  // The Compose plugin reports a file that is nested too deeply.
  const document = unlessTooDeep(() => parseDocument(text, { ...yamlOptions, logLevel: 'silent' }));
  const name: unknown = document?.getIn(['x-millwright', 'name']);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * Returns the names in a millwright.toml: those of vendored sources and of their crates, which may not be
 * checked out.
 */
async function vendoredClaims(paths: readonly string[], files: RepositoryFiles): Promise<NameClaim[]> {
  const claims: NameClaim[] = [];
  for (const path of paths) {
    for (const source of await vendoredSources(files.read(path) ?? '')) {
      const folder = posix.join(posix.dirname(path), source.folder).replace(/\/$/, '');
      const at = (below: string) => posix.join(folder, below).replace(/\/$/, '');
      const list = posix.join(posix.dirname(path), `${source.name}.crates.json`);
      claims.push(
        ...source.crates.flatMap(([below, name]) =>
          name === undefined ? [] : [{ folder: at(below), origin: 'explicit' as const, name }],
        ),
        { folder, origin: 'explicit' as const, name: source.name },
        ...listedCrates(files.read(list)).map(([below, name]) => ({
          folder: at(below),
          origin: 'crate' as const,
          name,
        })),
        ...source.crates.flatMap(([below]) => claim(at(below), 'crate', posix.basename(at(below)))),
      );
    }
  }
  return claims;
}

interface VendoredSource {
  readonly name: string;
  readonly folder: string;
  /** The folders of its crates, relative to the source, with their configured names. */
  readonly crates: readonly (readonly [string, string | undefined])[];
}

async function vendoredSources(toml: string): Promise<VendoredSource[]> {
  const { parse } = await import('smol-toml');
  try {
    const { sources } = parse(toml);
    return tables(sources).map(([name, { folder, crates }]) => ({
      name,
      folder: typeof folder === 'string' ? folder : name,
      crates: tables(crates).map(
        ([below, { name: own }]) => [below, typeof own === 'string' ? own : undefined] as const,
      ),
    }));
  } catch {
    return []; // The Rust plugin reports the error.
  }
}

/** Returns the folders and names in the list of crates beside a millwright.toml. */
function listedCrates(json: string | undefined): (readonly [string, string])[] {
  try {
    const { crates } = JSON.parse(json ?? '{}') as { crates?: unknown };
    return (Array.isArray(crates) ? (crates as unknown[]) : []).flatMap((crate) => {
      const { folder, name } = crate as { folder?: unknown; name?: unknown };
      return typeof folder === 'string' && typeof name === 'string' ? [[folder, name] as const] : [];
    });
  } catch {
    return [];
  }
}

function tables(value: unknown): (readonly [string, Mapping])[] {
  return Object.entries(isMapping(value) ? value : {}).flatMap(([key, inner]) =>
    isMapping(inner) ? [[key, inner] as const] : [],
  );
}

/**
 * Returns a claim for a name that was not chosen for Nx, so it may contain characters that Nx does not
 * accept.
 */
function claim(folder: string, origin: NameOrigin, text: string): NameClaim[] {
  const name = asProjectName(text);
  return [{ folder, origin, name: name === '' ? origin : name }];
}
