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

/** Longer than any build takes, in milliseconds. */
const patience = 2 * 3_600_000;

/** A cargo, as far as it decides what is fresh for it. */
export interface FreshBuild {
  /** The folder of the Cargo workspace, where cargo runs, absolute. */
  readonly workspaceRoot: string;
  /** The folder that cargo builds in, absolute. */
  readonly buildFolder: string;
  readonly profile: string;
  /** Variables of the tasks' own. */
  readonly env: Environment;
  /** The toolchain that the tasks themselves ask for; null where another setting chooses it. */
  readonly askedToolchain: string | null;
  /** The folders of the crates that it builds, absolute. */
  readonly folders: readonly string[];
  readonly targets: readonly FreshTarget[];
}

export interface FreshTarget {
  readonly triple: string;
  /** Whether cargo is given its name; it builds for its own host without one. */
  readonly isNamed: boolean;
}

/**
 * Runs a build in which cargo takes nothing for fresh that is not: see `staleFingerprints`.
 * @param onWait is called where another build has the same folder
 * @param build is given a digest of all that compilers are not told of, for caches that ask compilers alone
 * @param filesReadBy the files that a crate's compilers and scripts read in the build, absolute
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
      const record = new BuildFolder(folder, workspaceRoot);
      const unreportedReads = createHash('sha256');
      for (const { state } of states) unreportedReads.update(state.unreportedReads);
      const notes: ReturnType<BuildFolder['renew']>[] = [];
      for (const { layout, triple } of layoutsOf(fresh)) {
        const environment = environmentOf(fresh, repositoryRoot, triple);
        const linking = await linkingPackages(workspaceRoot, triple, env);
        unreportedReads.update(JSON.stringify([environment, linking]));
        const extra = await crates.digestsOf(record.extraReads(layout));
        notes.push(record.renew(layout, { triple, environment, crates: [...states, ...linking], extra }));
      }
      const result = await build(unreportedReads.digest('hex'));
      const extra = new Map<string, ExtraReads>();
      for (const crate of closure) {
        const paths = filesReadBy(crate).filter((path) => !isWithin(path, folder));
        if (paths.length > 0) extra.set(crate.root, await crates.digestsOf(crates.unknownTo(crate, paths)));
      }
      const edited = new Set<string>();
      for (const { crate, state } of states) {
        if ((await crates.stateOf(crate, env)).digest !== state.digest) edited.add(crate.root);
      }
      for (const note of notes) note(Date.now(), extra, edited);
      crates.save();
      return result;
    },
    patience,
  ).finally(() => {
    clearTimeout(waiting);
  });
}

/** Packages that link to libraries of the machine, whose place in the record no folder has. */
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

/** The folders below cargo's that a build writes to, each with the triple whose environment it is built in. */
function layoutsOf({ profile, targets }: FreshBuild): { layout: string; triple: string }[] {
  const folder = profileFolder(profile);
  const layouts = targets.flatMap(({ triple, isNamed }) => {
    // Build scripts and proc macros are built for the host in any case.
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

/** The name of a profile's folder (Cargo reference, "Build Cache"). */
function profileFolder(profile: string): string {
  if (profile === 'dev' || profile === 'test') return 'debug';
  return profile === 'bench' ? 'release' : profile;
}

/** A digest of what a build depends on beside its crates: what the hook saw, and the variables cargo itself sets. */
function environmentOf(
  { workspaceRoot, askedToolchain }: FreshBuild,
  repositoryRoot: string,
  triple: string,
): string {
  const workspace = relative(repositoryRoot, workspaceRoot) || '.';
  const { digest, cDigest } = taskVariables(workspace, triple);
  const seen = [digest, cDigest].map((name) => process.env[name] ?? '').join(' ');
  const configured = cargoConfigFiles(workspaceRoot, process.env).map((file) => readConfig(file).env ?? null);
  const toolchain = askedToolchain ?? '';
  const identity = [ownToolchainVariable(toolchain), cliToolchainsVariable].map((name) => process.env[name]);
  return createHash('sha256')
    .update(JSON.stringify([seen, configured, toolchain, toolchain === '' ? [] : identity]))
    .digest('hex');
}

/** Not in cargo's folder, which cargo marks as a cache only where it makes it itself. */
function lockPath(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(privateFolder('locks'), `${name}.lock`);
}
