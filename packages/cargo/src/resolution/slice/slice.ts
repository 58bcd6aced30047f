import { Activator, type Resolver } from '../features/activation.js';
import { normalizeChoice, type FeatureChoice } from '../features/features.js';
import { Linkage } from '../../manifests/linkage.js';
import type { Lockfile } from '../../manifests/lockfile.js';
import type { CargoWorkspace, Crate } from '../../manifests/model.js';
import { nameOfSpec } from './package-spec.js';
import { compare, LockedLines, manifestPath, ReducedCrates, sha256 } from './closure.js';
import { reduceConfig } from './config.js';
import { patchesOf } from './manifest.js';
import { reduceProfiles } from './profile.js';
import { scopeOf, type SliceScope } from './scope.js';
import { sealSecrets } from './secrets.js';
import { asTable, canonical, type TomlTable } from '../../manifests/toml.js';

/** The inputs from which the slices of one Cargo workspace are computed. */
export interface SliceInput {
  readonly workspace: CargoWorkspace;
  /** All crates of the repository by folder, including other workspaces. */
  readonly crates: ReadonlyMap<string, Crate>;
  /** The parsed manifests of these crates and their workspaces, by path. */
  readonly manifests: ReadonlyMap<string, TomlTable>;
  /** Undefined if the workspace has none yet: the slice then contains no locked packages. */
  readonly lockfile: Lockfile | undefined;
  /** cargo's configuration files from the workspace's folder up to the repository's, parsed, by path. */
  readonly configs: ReadonlyMap<string, TomlTable>;
  /** The host's triple. */
  readonly host: string;
  /** The identity of the toolchain: the output of `rustc -vV`, or the channel in `rust-toolchain.toml`. */
  readonly toolchain: string;
  /** Identities of the system libraries that packages link to, by target triple and package. */
  readonly native?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface SliceRequest {
  readonly crate: Crate;
  /** The target triple. */
  readonly target: string;
  /** Cargo's profile: `release`, `dev`, or a custom one. */
  readonly profile: string;
  readonly features: FeatureChoice;
}

/**
 * The part of a Cargo workspace's resolution that one crate's build depends on, as plain data with sorted keys.
 * Dependencies are listed by name, and their relevant content is summarised in one digest.
 */
export interface Slice {
  readonly crate: string;
  readonly target: string;
  readonly host: string;
  readonly toolchain: string;
  readonly profile: string;
  readonly requested: FeatureChoice;
  readonly resolver: Resolver;
  /** The crate's reduced manifest (see `reduceManifest`), without secrets. */
  readonly manifest: TomlTable;
  /** The local crates in the build: name, version, features, folder, abbreviated digest. */
  readonly crates: readonly string[];
  /** The external packages: name and version. */
  readonly packages: readonly string[];
  /** The SHA-256 of the crates' reduced manifests and the packages' sources and checksums. */
  readonly closure: string;
  readonly profiles: TomlTable;
  readonly patches: TomlTable;
  readonly replacements: TomlTable;
  /** cargo's configuration files, reduced to settings that affect this build, without secrets, by path. */
  readonly configs: TomlTable;
  /** Identities of the system libraries that the closure links to, by package. */
  readonly native: TomlTable;
}

/**
 * Returns a function that computes slices of one Cargo workspace and caches common parts. Two slices are equal if and
 * only if nothing in manifests, lock file and configuration changed that can affect the crate's build. Sources are not
 * part of a slice.
 */
export function createSlicer(input: SliceInput): (request: SliceRequest) => Slice {
  const { workspace, host, toolchain } = input;
  const linkage = new Linkage(input);
  const locked = new LockedLines(input.lockfile);
  const reducedCrates = new ReducedCrates(workspace, input.manifests);
  const rootManifest = input.manifests.get(manifestPath(workspace.root)) ?? {};
  const settings = [...input.configs.values(), rootManifest];
  const resolver = resolverOf(rootManifest);
  const activators = new Map<string, Activator>();

  return ({ crate, target, profile, features }) => {
    let activator = activators.get(target);
    if (!activator) activators.set(target, (activator = new Activator(linkage, { target, host, resolver })));
    const activation = activator.activate(crate, features);
    const [own, ...dependencies] = [...activation.crates.values()].map((activated, index) => {
      return reducedCrates.of(activated, index === 0);
    });
    const crates = [...(own ? [own] : []), ...dependencies.sort((a, b) => compare(a.root, b.root))];
    const packages = locked.of(activation.packages);
    const scope = scopeOf({ target, host, profile }, activation, linkage, workspace, settings);
    return {
      crate: crate.root,
      target,
      host,
      toolchain,
      profile,
      requested: normalizeChoice(features),
      resolver,
      manifest: sealSecrets(own?.manifest ?? {}),
      crates: crates.map(({ line }) => line),
      packages: packages.names,
      closure: sha256([...crates.map(({ digest }) => digest), ...packages.digests].join(' ')),
      profiles: canonical(reduceProfiles(asTable(rootManifest.profile) ?? {}, scope)),
      patches: canonical(sealSecrets(patchesOf(rootManifest.patch, scope.names))),
      replacements: canonical(sealSecrets(replacementsOf(rootManifest.replace, scope.names))),
      configs: canonical(sealSecrets(configsOf(input.configs, scope))),
      native: canonical(nativeOf(input.native?.get(target), scope.names)),
    };
  };
}

/** Returns the resolver that a root manifest or its edition selects (Cargo reference, "Resolver versions"). */
export function resolverOf(rootManifest: TomlTable): Resolver {
  const workspace = asTable(rootManifest.workspace);
  const root = asTable(rootManifest.package);
  const chosen = workspace?.resolver ?? root?.resolver;
  if (chosen === '1' || chosen === '2' || chosen === '3') return chosen;
  const inherited = asTable(workspace?.package)?.edition;
  const edition = asTable(root?.edition)?.workspace === true ? inherited : root?.edition;
  if (edition === '2024') return '3';
  return edition === '2021' ? '2' : '1';
}

function replacementsOf(value: unknown, names: ReadonlySet<string>): TomlTable {
  const relevant = Object.entries(asTable(value) ?? {}).filter(([spec]) => names.has(nameOfSpec(spec)));
  return Object.fromEntries(relevant);
}

function configsOf(configs: SliceInput['configs'], scope: SliceScope): TomlTable {
  const reduced = [...configs].map(([path, config]) => [path, reduceConfig(config, scope)] as const);
  return Object.fromEntries(reduced.filter(([, config]) => Object.keys(config).length > 0));
}

function nativeOf(
  identities: ReadonlyMap<string, string> | undefined,
  names: ReadonlySet<string>,
): TomlTable {
  return Object.fromEntries([...(identities ?? [])].filter(([name]) => names.has(name)));
}
