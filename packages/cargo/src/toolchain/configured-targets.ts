import { existsSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { hostPlatform, platformOfTriple, readText, shellWord, tripleOf } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { asStrings, asTable, type TomlTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';
import { standardSources, type Toolchain } from './locate.js';
import { configsFor } from '../manifests/config-folders.js';

/**
 * Returns cargo's default targets in the repository's configuration (Cargo reference, "Configuration",
 * `build.target`): triples, and paths of target specifications relative to the repository.
 * @param folder the folder in which cargo runs, relative to the repository
 * @returns undefined if none are configured
 */
export function configuredTargets(folder: string, repository: string): string[] | undefined {
  for (const path of configsFor(folder, (file) => readText(join(repository, file)))) {
    const { target } = asTable(asTable(readConfig(join(repository, path)))?.build) ?? {};
    const named = typeof target === 'string' ? [target] : asStrings(target);
    if (named.length === 0) continue;
    return [...new Set(named.map((name) => resolveTarget(name, dirname(dirname(path)))))];
  }
  return undefined;
}

/**
 * Selects the configured targets that a crate is built for. Platforms in the plugin's options override configured
 * targets, as `--target` does, but only if every configured target is a known platform.
 * @param platforms the platforms in the options; undefined if not set
 */
export function targetsInUse(
  configured: readonly string[] | undefined,
  platforms: readonly string[] | undefined,
): readonly string[] | undefined {
  if (configured === undefined) return undefined;
  const isPlatform = (target: string) => platformOfTriple(target) !== undefined;
  return platforms !== undefined && configured.every(isPlatform) ? undefined : configured;
}

/**
 * Returns whether cargo builds the standard library because its configuration sets `[unstable] build-std`, which only a
 * nightly toolchain considers.
 * @param configs cargo's configuration files, parsed
 * @throws MillwrightError TARGET_MISSING if the toolchain does not include the library's source code
 */
export function configuresStandard(configs: readonly TomlTable[], toolchain: Toolchain): boolean {
  if (!/(^|-)nightly(-|$)/.test(toolchain.name)) return false;
  if (!configs.some(({ unstable }) => asTable(unstable)?.['build-std'] !== undefined)) return false;
  if (existsSync(standardSources(toolchain))) return true;
  throw cargoError('TARGET_MISSING', {
    what: `the source code of the Rust standard library is not installed`,
    why: `the cargo configuration sets build-std, and the toolchain ${toolchain.name} does not include the source code`,
    remedy: `rustup component add rust-src --toolchain ${shellWord(toolchain.name)}`,
  });
}

function resolveTarget(name: string, base: string): string {
  if (name === 'host-tuple') return tripleOf(hostPlatform().platform);
  return name.endsWith('.json') ? posix.join(base, name) : name;
}
