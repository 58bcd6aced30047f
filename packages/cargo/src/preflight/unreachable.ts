import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type MillwrightError, readText, runGit } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { cargoConfigFiles, readConfig } from '../toolchain/cargo-config.js';
import { cargoHomeOf } from '../toolchain/cargo-home.js';
import { asTable, tablesOf, type TomlTable } from '../manifests/toml.js';
import { formatSource, type GitSource, gitSources, missingSources, plainUrl } from './git-sources.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds in which a git server has to answer. */
const patience = 20_000;

/**
 * cargo stops at the first source that it cannot fetch. This names all of them, so that whoever mirrors one knows
 * of the others.
 * @param error what cargo failed with; returned as it is where it is about something else
 * @param workspace the Cargo workspace's folder, absolute
 */
export async function nameUnreachable(
  error: MillwrightError,
  workspace: string,
  env: Environment,
): Promise<MillwrightError> {
  if (error.code !== 'SOURCE_UNREACHABLE') return error;
  const { missing, unreachable, total } = await askSources(workspace, env);
  if (unreachable.length > 0) return unreachableError(unreachable, total, error.output);
  return missing.length === 0 ? error : reachedByGit(error);
}

interface AskedSources {
  /** The git sources that cargo would have to fetch. */
  readonly missing: readonly GitSource[];
  /** Those of them that do not answer. */
  readonly unreachable: readonly GitSource[];
  /** How many git sources the lock file has. */
  readonly total: number;
}

/** Asks each git source that is not installed whether it is there. @param workspace the folder, absolute */
export async function askSources(workspace: string, env: Environment): Promise<AskedSources> {
  const sources = gitSources(readText(join(workspace, 'Cargo.lock')) ?? '');
  const configs = cargoConfigFiles(workspace, env).map(readConfig);
  const missing = missingSources(sources, cargoHomeOf(env), replacedUrls(configs), { list });
  const answers = await Promise.all(missing.map((source) => answersFor(source, workspace)));
  const unreachable = missing.filter((_, index) => answers[index] === false);
  return { missing, unreachable, total: sources.length };
}

/** The error that names sources. @param total how many git sources the lock file has */
export function unreachableError(
  sources: readonly GitSource[],
  total: number,
  output: string | undefined,
): MillwrightError {
  const some = sources.length === 1 ? 'one' : String(sources.length);
  return cargoError('SOURCE_UNREACHABLE', {
    what: `${some} of ${total} git sources of Cargo.lock cannot be reached`,
    why: ['they are not downloaded yet, and do not answer:', ...sources.map(formatSource)].join('\n       '),
    remedy:
      'Bring each from a mirror (git config url.<mirror>.insteadOf <url>, with CARGO_NET_GIT_FETCH_WITH_CLI=true; or a [source] table), or from cargo vendor.',
    ...(output === undefined ? {} : { output }),
  });
}

/** cargo's own git reads neither `insteadOf` nor credential helpers of git's configuration as git does. */
function reachedByGit({ what, why, output }: MillwrightError): MillwrightError {
  return cargoError('SOURCE_UNREACHABLE', {
    what,
    why: `${why}; git itself reaches it`,
    remedy:
      'Let cargo fetch with git: CARGO_NET_GIT_FETCH_WITH_CLI=true, or [net] git-fetch-with-cli = true.',
    ...(output === undefined ? {} : { output }),
  });
}

/** The URLs that cargo's configuration takes from elsewhere. */
export function replacedUrls(configs: readonly TomlTable[]): Set<string> {
  const tables = configs.flatMap((config) => tablesOf(asTable(config)?.source));
  return new Set(
    tables.flatMap(([, { git, 'replace-with': other }]) =>
      typeof git === 'string' && other !== undefined ? [plainUrl(git)] : [],
    ),
  );
}

/** Without git nothing is asked, and nothing that is missing can come. */
async function answersFor({ url }: GitSource, workspace: string): Promise<boolean> {
  try {
    const args = ['ls-remote', '--quiet', '--end-of-options', url, 'HEAD'];
    const result = await runGit(workspace, args, { network: true, timeout: patience });
    return result.exitCode === 0 && !result.timedOut;
  } catch {
    return false;
  }
}

function list(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
