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
import { asTable, canonical, type TomlTable } from '../../manifests/toml.js';

/** All that the slices of one Cargo workspace are computed from. */
export interface SliceInput {
  readonly workspace: CargoWorkspace;
  /** The crates of the repository by folder, those of other workspaces included. */
  readonly crates: ReadonlyMap<string, Crate>;
  /** The parsed manifests of these crates and of their workspaces' roots, by path. */
  readonly manifests: ReadonlyMap<string, TomlTable>;
  /** Undefined where the workspace has none yet: the slice then does not say what is locked. */
  readonly lockfile: Lockfile | undefined;
  /** The parsed files of cargo's configuration, from the workspace's folder up to the repository's, by path. */
  readonly configs: ReadonlyMap<string, TomlTable>;
  /** The triple of the machine that builds. */
  readonly host: string;
  /** What tells one toolchain from another: the output of `rustc -vV`, or what `rust-toolchain.toml` names. */
  readonly toolchain: string;
  /** What the machine has of the libraries that packages link to, by target triple and package. */
  readonly native?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface SliceRequest {
  readonly crate: Crate;
  /** The target triple. */
  readonly target: string;
  /** Cargo's profile: `release`, `dev`, or one of the workspace's own. */
  readonly profile: string;
  readonly features: FeatureChoice;
}

/**
 * The part of a Cargo workspace's resolution that one crate's build depends on: plain data, keys in order. What
 * is below the crate stands in it by name, and with all that matters of it in one digest.
 */
export interface Slice {
  readonly crate: string;
  readonly target: string;
  readonly host: string;
  readonly toolchain: string;
  readonly profile: string;
  readonly requested: FeatureChoice;
  readonly resolver: Resolver;
  /** The crate's own manifest, reduced (see `reduceManifest`). */
  readonly manifest: TomlTable;
  /** The crates of this repository that the build takes: name, version, features, folder, digest's beginning. */
  readonly crates: readonly string[];
  /** The packages from elsewhere: name and version. */
  readonly packages: readonly string[];
  /** SHA-256 over the crates' reduced manifests and the packages' sources and checksums. */
  readonly closure: string;
  readonly profiles: TomlTable;
  readonly patches: TomlTable;
  readonly replacements: TomlTable;
  /** The reduced files of cargo's configuration that say anything to this build, by path. */
  readonly configs: TomlTable;
  /** What the machine has of the libraries that the closure links to, by package. */
  readonly native: TomlTable;
}

/**
 * A function that computes slices of one Cargo workspace; what slices share is computed once. Two slices are
 * equal if and only if nothing changed that the build of the crate can see, as far as manifests, lockfile and
 * configuration tell; the sources themselves are no part of it.
 */
export function slicer(input: SliceInput): (request: SliceRequest) => Slice {
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
    const [own, ...below] = [...activation.crates.values()].map((activated, index) => {
      return reducedCrates.of(activated, index === 0);
    });
    const crates = [...(own ? [own] : []), ...below.sort((a, b) => compare(a.root, b.root))];
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
      manifest: own?.manifest ?? {},
      crates: crates.map(({ line }) => line),
      packages: packages.names,
      closure: sha256([...crates.map(({ digest }) => digest), ...packages.digests].join(' ')),
      profiles: canonical(reduceProfiles(asTable(rootManifest.profile) ?? {}, scope)),
      patches: canonical(patchesOf(rootManifest.patch, scope.names)),
      replacements: canonical(replacementsOf(rootManifest.replace, scope.names)),
      configs: canonical(configsOf(input.configs, scope)),
      native: canonical(nativeOf(input.native?.get(target), scope.names)),
    };
  };
}

/** The SHA-256 of a slice in hexadecimal: equal for equal slices. */
export function digestOfSlice(slice: Slice): string {
  return sha256(JSON.stringify(slice));
}

/** The resolver that a root manifest chooses, or its edition (Cargo reference, "Resolver versions"). */
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
  const concerned = Object.entries(asTable(value) ?? {}).filter(([spec]) => names.has(nameOfSpec(spec)));
  return Object.fromEntries(concerned);
}

function configsOf(configs: SliceInput['configs'], scope: SliceScope): TomlTable {
  const reduced = [...configs].map(([path, config]) => [path, reduceConfig(config, scope)] as const);
  return Object.fromEntries(reduced.filter(([, config]) => Object.keys(config).length > 0));
}

function nativeOf(known: ReadonlyMap<string, string> | undefined, names: ReadonlySet<string>): TomlTable {
  return Object.fromEntries([...(known ?? [])].filter(([name]) => names.has(name)));
}
