import { createHash } from 'node:crypto';
import { activate, type ActivatedCrate, type Activation, type Resolver } from './activation.js';
import { normalizeChoice, type FeatureChoice } from './features.js';
import { Linkage } from './linkage.js';
import type { LockedPackage, Lockfile } from './lockfile.js';
import type { CargoWorkspace, Crate } from './model.js';
import { nameOfSpec } from './package-spec.js';
import { reduceConfig } from './slice-config.js';
import { patchesOf, reduceManifest } from './slice-manifest.js';
import { profileChain, reduceProfiles } from './slice-profile.js';
import { asTable, canonical, type TomlTable } from './toml.js';

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
}

export interface SliceRequest {
  readonly crate: Crate;
  /** The target triple. */
  readonly target: string;
  /** Cargo's profile: `release`, `dev`, or one of the workspace's own. */
  readonly profile: string;
  readonly features: FeatureChoice;
}

export interface SliceCrate {
  readonly root: string;
  readonly name: string;
  readonly version: string;
  /** Whether it is a member of the workspace that is built: profiles and patches tell members from others. */
  readonly member: boolean;
  readonly features: readonly string[];
  /** The manifest, reduced (see `reduceManifest`). */
  readonly manifest: TomlTable;
}

/** The part of a Cargo workspace's resolution that one crate's build depends on: plain data, keys in order. */
export interface Slice {
  readonly crate: string;
  readonly target: string;
  readonly host: string;
  readonly toolchain: string;
  readonly profile: string;
  readonly requested: FeatureChoice;
  readonly resolver: Resolver;
  /** The crates of this repository that the build takes, by folder. */
  readonly crates: readonly SliceCrate[];
  /** The locked packages, a line each: name, version, source, checksum. */
  readonly packages: readonly string[];
  readonly profiles: TomlTable;
  readonly patches: TomlTable;
  readonly replacements: TomlTable;
  /** The reduced files of cargo's configuration that say anything to this build, by path. */
  readonly configs: TomlTable;
}

/**
 * A function that computes slices of one Cargo workspace; what slices share is computed once. Two slices are
 * equal if and only if nothing changed that the build of the crate can see, as far as manifests, lockfile and
 * configuration tell; the sources themselves are no part of it.
 */
export function slicer(input: SliceInput): (request: SliceRequest) => Slice {
  const linkage = new Linkage(input);
  const lines = input.lockfile?.packages.map(lineOf) ?? [];
  const reducedManifests = new Map<string, TomlTable>();
  const rootManifest = input.manifests.get(manifestPath(input.workspace.root)) ?? {};
  const resolver = resolverOf(rootManifest);

  const sliceCrate = (activated: ActivatedCrate, requested: boolean): SliceCrate => {
    const { crate, features, dependencies } = activated;
    const on = dependencies.map(({ kind, target, key }) => `${kind} ${target ?? ''} ${key}`);
    const memo = [crate.root, requested, features, on].join('|');
    let manifest = reducedManifests.get(memo);
    if (!manifest) {
      const own = input.manifests.get(manifestPath(crate.root)) ?? {};
      const inherited = input.manifests.get(manifestPath(crate.workspaceRoot)) ?? {};
      manifest = canonical(reduceManifest(own, inherited, activated, requested)) as TomlTable;
      reducedManifests.set(memo, manifest);
    }
    const member = crate.workspaceRoot === input.workspace.root;
    return { root: crate.root, name: crate.name, version: crate.version, member, features, manifest };
  };

  return (request) => {
    const { crate, target, profile, features } = request;
    const activation = activate(linkage, { crate, features, target, host: input.host, resolver });
    const crates = [...activation.crates.values()].map((activated) => {
      return sliceCrate(activated, activated.crate.root === crate.root);
    });
    const names = namesOf(activation, linkage);
    const hasOutsiders = activation.packages.size > 0 || crates.some(({ member }) => !member);
    const profileTables = [...input.configs.values(), rootManifest].map(
      (file) => asTable(file.profile) ?? {},
    );
    const chain = profileChain(profile, profileTables);
    const scope = { target, host: input.host, profiles: chain, names, hasOutsiders };
    return canonical({
      crate: crate.root,
      target,
      host: input.host,
      toolchain: input.toolchain,
      profile,
      requested: normalizeChoice(features),
      resolver,
      crates: crates.sort((a, b) => compare(a.root, b.root)),
      packages: [...activation.packages].map((index) => lines[index] ?? '').sort(compare),
      profiles: reduceProfiles(asTable(rootManifest.profile) ?? {}, chain, names, hasOutsiders),
      patches: patchesOf(rootManifest.patch, names),
      replacements: replacementsOf(rootManifest.replace, names),
      configs: Object.fromEntries(
        [...input.configs].flatMap(([path, config]) => {
          const reduced = reduceConfig(config, scope);
          return Object.keys(reduced).length > 0 ? [[path, reduced] as const] : [];
        }),
      ),
    }) as Slice;
  };
}

/** The SHA-256 of a slice in hexadecimal: equal for equal slices. */
export function digestOfSlice(slice: Slice): string {
  return createHash('sha256').update(JSON.stringify(slice)).digest('hex');
}

function manifestPath(root: string): string {
  return root === '.' ? 'Cargo.toml' : `${root}/Cargo.toml`;
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

function lineOf({ name, version, source, checksum }: LockedPackage): string {
  return [name, version, source, checksum].filter((part) => part !== undefined).join(' ');
}

function namesOf(activation: Activation, linkage: Linkage): ReadonlySet<string> {
  const names = new Set([...activation.crates.values()].map(({ crate }) => crate.name));
  for (const index of activation.packages) {
    const name = linkage.locked(index)?.name;
    if (name !== undefined) names.add(name);
  }
  return names;
}

function replacementsOf(value: unknown, names: ReadonlySet<string>): TomlTable {
  const concerned = Object.entries(asTable(value) ?? {}).filter(([spec]) => names.has(nameOfSpec(spec)));
  return Object.fromEntries(concerned);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
