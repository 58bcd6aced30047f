import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { withLock } from '@millwright/artifacts';
import { DigestCache, type Environment } from '@millwright/toolkit';
import { BuildFolder, type BuildState } from '../../freshness/fingerprints.js';
import type { LocalCrates } from '../../freshness/local-crates.js';
import { lockedPackages } from '../../preflight/locked-packages.js';
import { nativeIdentities } from '../../preflight/native-identity.js';
import { cargoConfigFiles, readConfig } from '../../toolchain/cargo-config.js';
import {
  givenToolchainsVariable,
  ownToolchainVariable,
  taskVariables,
} from '../../toolchain/task-variables.js';
import type { BuildRequest } from './request.js';

/** Longer than any build takes. */
const patience = 24 * 3_600_000;

/**
 * Runs a build in which cargo takes nothing for fresh that is not: see `staleFingerprints`.
 * @param requests tasks that one cargo builds
 * @param onWait is called where another build has the same folder
 * @param build is given a digest of all that compilers are not told of, for caches that ask compilers alone
 */
export async function buildFresh<Result>(
  requests: readonly [BuildRequest, ...BuildRequest[]],
  crates: LocalCrates,
  repositoryRoot: string,
  onWait: () => void,
  build: (silent: string) => Promise<Result>,
): Promise<Result> {
  const [{ metadata, options }] = requests;
  const folder = metadata.build_directory ?? metadata.target_directory;
  const waiting = setTimeout(onWait, 1_000);
  return withLock(
    lockPath(folder),
    async () => {
      clearTimeout(waiting);
      const env = { ...process.env, ...options.env };
      const closure = crates.closureOf(
        requests.map((request) => relative(repositoryRoot, request.folder) || '.'),
      );
      const states = await Promise.all(
        closure.map(async (crate) => ({ crate, state: await crates.stateOf(crate, env) })),
      );
      const record = new BuildFolder(folder);
      const silent = createHash('sha256');
      for (const { state } of states) silent.update(state.silent);
      const notes: ((at: number) => Promise<void>)[] = [];
      for (const { layout, triple } of layoutsOf(requests)) {
        const environment = environmentOf(requests[0], repositoryRoot, triple);
        const linking = await linkingPackages(metadata.workspace_root, triple, env);
        silent.update(JSON.stringify([environment, linking]));
        notes.push(record.renew(layout, { triple, environment, crates: [...states, ...linking] }));
      }
      const result = await build(silent.digest('hex'));
      for (const note of notes) await note(Date.now());
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
function layoutsOf(requests: readonly BuildRequest[]): { layout: string; triple: string }[] {
  const layouts = requests.flatMap(({ linker, triple, options }) => {
    const folder = profileFolder(options.profile);
    // Build scripts and proc macros are built for the host in any case.
    return linker.target === undefined
      ? [[folder, triple]]
      : [
          [`${triple}/${folder}`, triple],
          [folder, triple],
        ];
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
function environmentOf(request: BuildRequest, repositoryRoot: string, triple: string): string {
  const workspace = relative(repositoryRoot, request.metadata.workspace_root) || '.';
  const seen = process.env[taskVariables(workspace, triple).digest] ?? '';
  const configured = cargoConfigFiles(request.folder, process.env).map(
    (file) => readConfig(file).env ?? null,
  );
  const toolchain = request.options.toolchain ?? '';
  const identity = [ownToolchainVariable(toolchain), givenToolchainsVariable].map(
    (name) => process.env[name],
  );
  return createHash('sha256')
    .update(JSON.stringify([seen, configured, toolchain, toolchain === '' ? [] : identity]))
    .digest('hex');
}

/** Not in cargo's folder, which cargo marks as a cache only where it makes it itself. */
function lockPath(folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `millwright-${userInfo().username}`, `${name}.lock`);
}
