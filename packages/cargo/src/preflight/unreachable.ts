import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type MillwrightError, readText, runGit } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { cargoConfigFiles, cargoConfigValue, readConfig } from '../toolchain/cargo-config.js';
import { cargoHomeOf } from '../toolchain/cargo-home.js';
import { asTable, tablesOf, type TomlTable } from '../manifests/toml.js';
import { formatSource, type GitSource, gitSources, missingSources, plainUrl } from './git-sources.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The time limit for a git server, in milliseconds. */
const timeout = 20_000;

/**
 * Lists all unreachable git sources, because cargo stops at the first one, and users who set up a mirror need all.
 * @param error cargo's error; other errors than SOURCE_UNREACHABLE are returned unchanged
 * @param workspace the Cargo workspace's folder, absolute
 */
export async function listUnreachable(
  error: MillwrightError,
  workspace: string,
  env: Environment,
): Promise<MillwrightError> {
  if (error.code !== 'SOURCE_UNREACHABLE') return error;
  const { missing, unreachable, total } = await querySources(workspace, env);
  if (unreachable.length > 0) return unreachableError(unreachable, total, error.output);
  if (missing.length === 0) return error;
  return usesGitCommand(workspace, env) ? withCargoReason(error) : gitFetchRemedy(error);
}

/** Whether cargo fetches with the git command. https://doc.rust-lang.org/cargo/reference/config.html#netgit-fetch-with-cli */
function usesGitCommand(workspace: string, env: Environment): boolean {
  const set = env.CARGO_NET_GIT_FETCH_WITH_CLI;
  if (set !== undefined) return set === 'true';
  return cargoConfigValue(cargoConfigFiles(workspace, env), ['net', 'git-fetch-with-cli']) === true;
}

interface SourceStatus {
  /** The git sources that cargo would fetch. */
  readonly missing: readonly GitSource[];
  /** The missing sources that cannot be reached. */
  readonly unreachable: readonly GitSource[];
  /** The number of git sources in the lock file. */
  readonly total: number;
}

/** Checks which missing git sources can be reached. @param workspace the Cargo workspace's folder, absolute */
export async function querySources(workspace: string, env: Environment): Promise<SourceStatus> {
  const sources = gitSources(readText(join(workspace, 'Cargo.lock')) ?? '');
  const configs = cargoConfigFiles(workspace, env).map(readConfig);
  const missing = missingSources(sources, cargoHomeOf(env), replacedUrls(configs), { list });
  const answers = await Promise.all(missing.map((source) => isReachable(source, workspace)));
  const unreachable = missing.filter((_, index) => answers[index] === false);
  return { missing, unreachable, total: sources.length };
}

/** Returns the error that lists sources. @param total the number of git sources in the lock file */
export function unreachableError(
  sources: readonly GitSource[],
  total: number,
  output: string | undefined,
): MillwrightError {
  return cargoError('SOURCE_UNREACHABLE', {
    what: `cannot reach ${sources.length} of ${total} Git sources in Cargo.lock`,
    why: [
      'these sources have not been downloaded yet, and do not respond:',
      ...sources.map(formatSource),
    ].join('\n       '),
    remedy:
      'set a mirror in [source] of .cargo/config.toml; or set one in Git (git config url.<mirror>.insteadOf <url>) and CARGO_NET_GIT_FETCH_WITH_CLI=true; or copy the sources into the repository (cargo vendor)',
    ...(output === undefined ? {} : { output }),
  });
}

/** Returns the error if git reaches the source: cargo's built-in git ignores `insteadOf` and credential helpers. */
function gitFetchRemedy({ what, why, output }: MillwrightError): MillwrightError {
  return cargoError('SOURCE_UNREACHABLE', {
    what,
    why: `${why}; the git command reaches the source, but the Git client built into cargo does not`,
    remedy:
      'let cargo use the git command: set CARGO_NET_GIT_FETCH_WITH_CLI=true, or git-fetch-with-cli = true in [net] of .cargo/config.toml',
    ...(output === undefined ? {} : { output }),
  });
}

/** Returns the error with cargo's own reason, if the git command reaches the source and cargo uses it. */
function withCargoReason(error: MillwrightError): MillwrightError {
  const reason = innermostCause(error.output ?? '');
  if (reason === undefined) return error;
  return cargoError('SOURCE_UNREACHABLE', {
    what: error.what,
    why: `the git command reaches the source, but cargo reports: ${reason}`,
    remedy:
      "fix the error that cargo reports; if the fault is in cargo itself, install cargo with rustup instead of your distribution's package",
    ...(error.output === undefined ? {} : { output: error.output }),
  });
}

/** Returns the last cause in cargo's output: each `Caused by:` is followed by a more specific one. */
export function innermostCause(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  const last = lines.lastIndexOf('Caused by:');
  return last < 0 ? undefined : lines.slice(last + 1).find((line) => line !== '');
}

/** Returns the URLs that cargo's configuration replaces. */
export function replacedUrls(configs: readonly TomlTable[]): Set<string> {
  const tables = configs.flatMap((config) => tablesOf(asTable(config)?.source));
  return new Set(
    tables.flatMap(([, { git, 'replace-with': other }]) =>
      typeof git === 'string' && other !== undefined ? [plainUrl(git)] : [],
    ),
  );
}

/** Returns whether git reaches a source; false if git is not installed. */
async function isReachable({ url }: GitSource, workspace: string): Promise<boolean> {
  try {
    const args = ['ls-remote', '--quiet', '--end-of-options', url, 'HEAD'];
    const result = await runGit(workspace, args, { network: true, timeout: timeout });
    return result.exitCode === 0 && !result.timedOut;
  } catch {
    return false;
  }
}

function list(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
