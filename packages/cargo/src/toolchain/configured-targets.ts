import { dirname, join, posix } from 'node:path';
import { existsSync } from 'node:fs';
import { hostPlatform, platformOfTriple, tripleOf } from '@millwright/toolkit';
import { asStrings, asTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';
import { configFolders, isConfig } from '../manifests/config-folders.js';

/**
 * The targets that the repository's configuration has cargo build for where nobody names any (Cargo reference,
 * "Configuration", `build.target`): triples, and paths of target specifications, relative to the repository.
 * @param folder the Cargo workspace's, relative to the repository; builds are started there
 * @returns undefined where nothing is said
 */
export function configuredTargets(folder: string, repository: string): string[] | undefined {
  for (const path of configFolders(folder).filter(isConfig)) {
    if (!existsSync(join(repository, path))) continue;
    const { target } = asTable(asTable(readConfig(join(repository, path)))?.build) ?? {};
    const named = typeof target === 'string' ? [target] : asStrings(target);
    if (named.length === 0) continue;
    return [...new Set(named.map((name) => resolved(name, dirname(dirname(path)))))];
  }
  return undefined;
}

/**
 * Which of these targets a crate is built for: platforms that the plugin's options name win over triples of the same
 * kind, as `--target` does over the configuration; no platform stands for any other triple.
 * @param platforms those that the options name; undefined where they leave it open
 */
export function targetsInUse(
  configured: readonly string[] | undefined,
  platforms: readonly string[] | undefined,
): readonly string[] | undefined {
  if (configured === undefined) return undefined;
  const isPlatform = (target: string) => platformOfTriple(target) !== undefined;
  return platforms !== undefined && configured.every(isPlatform) ? undefined : configured;
}

function resolved(name: string, base: string): string {
  if (name === 'host-tuple') return tripleOf(hostPlatform().platform);
  return name.endsWith('.json') ? posix.join(base, name) : name;
}
