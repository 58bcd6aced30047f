import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Environment } from '@millwright/toolkit';
import {
  formatMissingFolder,
  isEmbedding,
  type MissingFolder,
  missingFolders,
} from '../../../preflight/embedded-folders.js';
import { lockedPackages } from '../../../preflight/locked-packages.js';
import type { BuiltPackage } from '../../../preflight/native-libraries.js';
import { preflight } from '../../../preflight/preflight.js';
import { cargoConfigFiles, cargoConfigValue } from '../../../toolchain/cargo-config.js';
import type { InvocationEnvironment } from './invocation-environment.js';
import { type CargoInvocation, planArguments } from '../plan/invocation.js';
import { cargoHomeOf } from '../../../toolchain/cargo-home.js';
import { builtPackages } from '../../../cargo-cli/unit-graph.js';

/**
 * Checks the prerequisites of an invocation, and prints warnings about embedded folders that do not exist.
 * @throws MillwrightError the errors of `preflight`
 */
export async function preflightFor(
  { requests, args, cwd, env }: CargoInvocation,
  environment: Pick<InvocationEnvironment, 'repositoryRoot' | 'crates' | 'output'>,
): Promise<void> {
  const { repositoryRoot } = environment;
  const [{ metadata, toolchain }] = requests;
  let query: Promise<BuiltPackage[] | undefined> | undefined;
  const packages = () => (query ??= builtPackages(toolchain.cargo, planArguments(args), cwd, env));
  const mergedEnv = { ...process.env, ...env };
  await preflight({
    repositoryRoot,
    targetDirectory: metadata.target_directory,
    triples: [...new Set(requests.map(({ triple }) => triple))],
    host: toolchain.host,
    env: mergedEnv,
    cargoHome: cargoHomeOf(mergedEnv),
    offline: isOffline(args, mergedEnv, cargoConfigFiles(cwd, mergedEnv)),
    locked: lockedPackages(metadata.workspace_root),
    packages,
  });
  for (const missing of await missingEmbeddedFolders(requests, environment, packages))
    environment.output.write(`${formatMissingFolder(missing)}\n`);
}

/** Returns missing folders that the crates embed, except in crates whose build script may create them. */
async function missingEmbeddedFolders(
  requests: CargoInvocation['requests'],
  { repositoryRoot, crates }: Pick<InvocationEnvironment, 'repositoryRoot' | 'crates'>,
  packages: () => Promise<readonly BuiltPackage[] | undefined>,
): Promise<MissingFolder[]> {
  const closure = crates.closureOf(requests.map(({ folder }) => relative(repositoryRoot, folder) || '.'));
  const missing = closure
    .filter(({ buildScript }) => buildScript === undefined)
    .flatMap((crate) =>
      missingFolders([crates.readsOf(crate)], (path) => existsSync(resolve(repositoryRoot, path))).map(
        (folder) => ({ crate, folder }),
      ),
    );
  if (missing.length === 0) return [];
  const built = new Set((await packages())?.map(({ name }) => name));
  if (![...built].some(isEmbedding)) return [];
  return missing.filter(({ crate }) => built.has(crate.name)).map(({ folder }) => folder);
}

/** Returns whether cargo runs offline (Cargo reference, "Configuration", `net.offline`). */
function isOffline(args: readonly string[], env: Environment, configs: readonly string[]): boolean {
  if (args.includes('--offline') || args.includes('--frozen')) return true;
  if (env.CARGO_NET_OFFLINE !== undefined) return env.CARGO_NET_OFFLINE === 'true';
  return cargoConfigValue(configs, ['net', 'offline']) === true;
}
