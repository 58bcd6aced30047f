import { basename, dirname } from 'node:path';
import { cargoError } from '../errors.js';
import { hasFinalFile } from './messages.js';
import type { CargoMetadata, CargoPackage, CargoTarget } from './metadata.js';

/**
 * Returns the package in a folder.
 * @throws MillwrightError CARGO_FAILED if the folder is not a member of the workspace
 */
export function packageOf(metadata: CargoMetadata, folder: string): CargoPackage {
  const found = metadata.packages.find((candidate) => dirname(candidate.manifest_path) === folder);
  if (found) return found;
  throw cargoError('CARGO_FAILED', {
    what: `the crate ${basename(folder)} is not a member of the Cargo workspace above it`,
    why: `the list \`members\` in [workspace] of ${metadata.workspace_root}/Cargo.toml does not include ${folder}`,
    remedy: 'add the folder to `members` in [workspace]',
  });
}

/** Returns the absolute folders of a package and of its path dependencies, direct and indirect, in the workspace. */
export function localFolders(metadata: CargoMetadata, pkg: CargoPackage): string[] {
  const packages = new Map(metadata.packages.map((one) => [dirname(one.manifest_path), one]));
  const found = new Set<string>();
  const pending = [dirname(pkg.manifest_path)];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    pending.push(...(packages.get(next)?.dependencies ?? []).flatMap(({ path }) => path ?? []));
  }
  return [...found];
}

/**
 * Returns the targets whose files become artifacts: all, or the requested binaries.
 * @throws MillwrightError BINARY_UNKNOWN for a name that the crate does not have
 */
export function requestedTargets(pkg: CargoPackage, bins: readonly string[] | undefined): CargoTarget[] {
  const targets = pkg.targets.filter(hasFinalFile);
  if (bins === undefined) return targets;
  return bins.map((name) => {
    const target = targets.find((candidate) => candidate.name === name && candidate.kind.includes('bin'));
    if (target) return target;
    const names = targets
      .filter((candidate) => candidate.kind.includes('bin'))
      .map((candidate) => candidate.name);
    throw cargoError('BINARY_UNKNOWN', {
      what: `the crate ${pkg.name} has no binary "${name}"`,
      why: names.length === 0 ? 'the crate has no binaries' : `available binaries: ${names.join(', ')}`,
    });
  });
}

/**
 * Rejects unknown features before compiling.
 * @throws MillwrightError FEATURE_UNKNOWN
 */
export function checkFeatures(pkg: CargoPackage, features: readonly string[]): void {
  const unknown = features.filter((feature) => !feature.includes('/') && !(feature in pkg.features));
  if (unknown.length === 0) return;
  const names = Object.keys(pkg.features).filter((name) => name !== 'default');
  throw cargoError('FEATURE_UNKNOWN', {
    what: `the crate ${pkg.name} has no feature ${unknown.map((name) => `"${name}"`).join(', ')}`,
    why: names.length === 0 ? 'the crate has no features' : `available features: ${names.sort().join(', ')}`,
  });
}
