import type { Activation } from '../features/activation.js';
import type { Linkage } from '../../manifests/linkage.js';
import type { CargoWorkspace } from '../../manifests/model.js';
import { profileChain } from './profile-chain.js';
import { asTable, type TomlTable } from '../../manifests/toml.js';

/** The facts that decide which settings of a workspace are relevant for one build. */
export interface SliceScope {
  readonly target: string;
  readonly host: string;
  /** The profile in use and those from which it inherits. */
  readonly profiles: readonly string[];
  /** The names of the crates and packages of the closure. */
  readonly names: ReadonlySet<string>;
  /** The registries that manifests in the closure name. */
  readonly registries: ReadonlySet<string>;
  /** Whether the closure contains a package that is not a member of the workspace. */
  readonly hasNonMembers: boolean;
}

/**
 * Computes the scope of one build.
 * @param settings the root manifest and cargo's configuration files, which define profiles
 */
export function scopeOf(
  build: { readonly target: string; readonly host: string; readonly profile: string },
  activation: Activation,
  linkage: Linkage,
  workspace: CargoWorkspace,
  settings: readonly TomlTable[],
): SliceScope {
  const names = new Set<string>();
  const registries = new Set<string>();
  let hasNonMembers = activation.packages.size > 0;
  for (const { crate, dependencies } of activation.crates.values()) {
    names.add(crate.name);
    hasNonMembers ||= crate.workspaceRoot !== workspace.root;
    for (const { registry } of dependencies) if (registry !== undefined) registries.add(registry);
  }
  for (const index of activation.packages) {
    const name = linkage.locked(index)?.name;
    if (name !== undefined) names.add(name);
  }
  const tables = settings.map((file) => asTable(file.profile) ?? {});
  const profiles = profileChain(build.profile, tables);
  return { target: build.target, host: build.host, profiles, names, registries, hasNonMembers };
}
