import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { withLock } from '@millwright/artifacts';
import { DigestCache, type Environment, privateFolder } from '@millwright/toolkit';
import { BuildFolder, type BuildState, type ExtraReads } from './fingerprints.js';
import type { LocalCrates } from './local-crates.js';
import type { Crate } from '../manifests/model.js';
import { isWithin } from '../manifests/workspaces.js';
import { lockedPackages } from '../preflight/locked-packages.js';
import { nativeIdentities } from '../preflight/native-identity.js';
import { cargoConfigFiles, readConfig } from '../toolchain/cargo-config.js';
import { cliToolchainsVariable, ownToolchainVariable, taskVariables } from './task-variables.js';

/** In milliseconds; longer than any build takes. */
const lockTimeout = 2 * 3_600_000;

/** The properties of a cargo invocation that decide which units are up to date. */
export interface FreshBuild {
  /** The folder of the Cargo workspace, in which cargo runs, absolute. */
  readonly workspaceRoot: string;
  /** cargo's build folder, absolute. */
  readonly buildFolder: string;
  readonly profile: string;
  /** The tasks' option "env". */
  readonly env: Environment;
  /** The tasks' option "toolchain"; null if not set. */
  readonly requestedToolchain: string | null;
  /** The folders of the crates to build, absolute. */
  readonly folders: readonly string[];
  readonly targets: readonly FreshTarget[];
}

export interface FreshTarget {
  readonly triple: string;
  /** Whether cargo is called with `--target`; without it, cargo builds for its host. */
  readonly isNamed: boolean;
}

/**
 * Runs a build after removing stale fingerprints: see `staleFingerprints`. Waits for other builds in the same folder.
 * @param onWait called if another build uses the folder for longer than a second
 * @param build receives a digest of all inputs that compilers do not report, for compiler caches such as sccache
 * @param filesReadBy returns the files that a crate's compilers and scripts read in the build, absolute
 */
export async function buildFresh<Result>(
  fresh: FreshBuild,
  crates: LocalCrates,
  repositoryRoot: string,
  onWait: () => void,
  build: (unreportedReads: string) => Promise<Result>,
  filesReadBy: (crate: Crate) => readonly string[],
): Promise<Result> {
  const { workspaceRoot, buildFolder: folder } = fresh;
  const waiting = setTimeout(onWait, 1_000);
  return withLock(
    lockPath(folder),
    async () => {
      clearTimeout(waiting);
      const env = { ...process.env, ...fresh.env };
      const closure = crates.closureOf(fresh.folders.map((one) => relative(repositoryRoot, one) || '.'));
      const states = await Promise.all(
        closure.map(async (crate) => ({ crate, state: await crates.stateOf(crate, env) })),
      );
      const buildFolder = new BuildFolder(folder, workspaceRoot);
      const unreportedReads = createHash('sha256');
      for (const { state } of states) unreportedReads.update(state.unreportedReads);
      const recorders: ReturnType<BuildFolder['removeStale']>[] = [];
      for (const { layout, triple } of layoutsOf(fresh)) {
        const environment = environmentDigest(fresh, repositoryRoot, triple);
        const linking = await linkingPackages(workspaceRoot, triple, env);
        unreportedReads.update(JSON.stringify([environment, linking]));
        const extra = await crates.digestsOf(buildFolder.extraReads(layout));
        recorders.push(
          buildFolder.removeStale(layout, { triple, environment, crates: [...states, ...linking], extra }),
        );
      }
      const result = await build(unreportedReads.digest('hex'));
      const extra = new Map<string, ExtraReads>();
      for (const crate of closure) {
        const paths = filesReadBy(crate).filter((path) => !isWithin(path, folder));
        if (paths.length > 0)
          extra.set(crate.root, await crates.digestsOf(crates.outsideState(crate, paths)));
      }
      const edited = new Set<string>();
      for (const { crate, state } of states) {
        if ((await crates.stateOf(crate, env)).digest !== state.digest) edited.add(crate.root);
      }
      for (const record of recorders) record(Date.now(), extra, edited);
      crates.save();
      return result;
    },
    lockTimeout,
  ).finally(() => {
    clearTimeout(waiting);
  });
}

/** Returns the packages that link to system libraries. They have no folder, so the record lists them under a name. */
async function linkingPackages(
  workspace: string,
  triple: string,
  env: Environment,
): Promise<BuildState['crates']> {
  const cache = new DigestCache();
  const identities = await nativeIdentities(lockedPackages(workspace), triple, env, cache);
  cache.save();
  return [...identities].map(([name, digest]) => ({
    crate: { name, root: `package ${name} for ${triple}` },
    state: { digest, changed: 0 },
  }));
}

/** Returns the profile folders that a build writes to, each with the triple whose environment applies. */
function layoutsOf({ profile, targets }: FreshBuild): { layout: string; triple: string }[] {
  const folder = profileFolder(profile);
  const layouts = targets.flatMap(({ triple, isNamed }) => {
    // Build scripts and proc macros are always built for the host.
    return isNamed
      ? [
          [`${triple}/${folder}`, triple],
          [folder, triple],
        ]
      : [[folder, triple]];
  });
  const unique = new Map(
    layouts.map(([layout = '', triple = '']) => [`${layout} ${triple}`, { layout, triple }]),
  );
  return [...unique.values()];
}

/** Returns the name of a profile's folder (Cargo reference, "Build Cache"). */
function profileFolder(profile: string): string {
  if (profile === 'dev' || profile === 'test') return 'debug';
  return profile === 'bench' ? 'release' : profile;
}

/** Returns a digest of everything else that a build depends on: the task hook's digests and cargo's `[env]`. */
function environmentDigest(
  { workspaceRoot, requestedToolchain }: FreshBuild,
  repositoryRoot: string,
  triple: string,
): string {
  const workspace = relative(repositoryRoot, workspaceRoot) || '.';
  const { digest, cDigest } = taskVariables(workspace, triple);
  const seen = [digest, cDigest].map((name) => process.env[name] ?? '').join(' ');
  const configured = cargoConfigFiles(workspaceRoot, process.env).map((file) => readConfig(file).env ?? null);
  const toolchain = requestedToolchain ?? '';
  const identity = [ownToolchainVariable(toolchain), cliToolchainsVariable].map((name) => process.env[name]);
  return createHash('sha256')
    .update(JSON.stringify([seen, configured, toolchain, toolchain === '' ? [] : identity]))
    .digest('hex');
}

/** The lock is not in cargo's folder, because cargo writes CACHEDIR.TAG only to a folder that it creates itself. */
function lockPath(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(privateFolder('locks'), `${name}.lock`);
}
