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
import type { InvocationEnvironment } from './invocation-run.js';
import { type CargoInvocation, planArguments } from '../plan/invocation.js';
import { cargoHomeOf } from '../../../toolchain/cargo-home.js';
import { builtPackages } from '../../../cargo-cli/unit-graph.js';

/**
 * Looks whether an invocation can end well, and says what may keep it from that.
 * @throws MillwrightError as `preflight` does
 */
export async function preflightFor(
  { requests, args, cwd, env }: CargoInvocation,
  environment: Pick<InvocationEnvironment, 'repositoryRoot' | 'crates' | 'output'>,
): Promise<void> {
  const { repositoryRoot } = environment;
  const [{ metadata, toolchain, folder }] = requests;
  let asked: Promise<BuiltPackage[] | undefined> | undefined;
  const packages = () => (asked ??= builtPackages(toolchain.cargo, planArguments(args), cwd, env));
  const whole = { ...process.env, ...env };
  await preflight({
    repositoryRoot,
    targetDirectory: metadata.target_directory,
    triples: [...new Set(requests.map(({ triple }) => triple))],
    host: toolchain.host,
    env: whole,
    cargoHome: cargoHomeOf(whole),
    offline: isOffline(args, whole, cargoConfigFiles(folder, whole)),
    locked: lockedPackages(metadata.workspace_root),
    packages,
  });
  for (const missing of await foldersMissing(requests, environment, packages))
    environment.output.write(`${formatMissingFolder(missing)}\n`);
}

/** Folders that the crates of a build embed and that are not there, unless a script of the crate may make them. */
async function foldersMissing(
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

/** Whether cargo may not use the network (Cargo reference, "Configuration", `net.offline`). */
function isOffline(args: readonly string[], env: Environment, configs: readonly string[]): boolean {
  if (args.includes('--offline') || args.includes('--frozen')) return true;
  if (env.CARGO_NET_OFFLINE !== undefined) return env.CARGO_NET_OFFLINE === 'true';
  return cargoConfigValue(configs, ['net', 'offline']) === true;
}
