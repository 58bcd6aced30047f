import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersAbove, namesInDotEnv } from '../files/dot-env.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';
import { run, type RunResult } from '../process/process.js';

/**
 * Settings that no repository may decide. A folder of plain tracked files can look like a bare repository with a
 * configuration of its own (`safe.bareRepository`), and a configuration can name programs to run.
 */
const safeSettings: Readonly<Record<string, string>> = {
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'protocol.ext.allow': 'never',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  // Neither leaves a process behind.
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

/** Variables by which a user or a CI job lets git reach servers: credentials, certificates, proxies, settings. */
const networkVariables =
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|HTTP_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

/** Variables by which a `.env` file would choose git's configuration, or have code loaded into it and what it starts. */
const ofOthers = /^(GIT_|SSH_ASKPASS$|HOME$|XDG_|LD_|DYLD_|GCONV_PATH$|BASH_ENV$|ENV$|NODE_OPTIONS$)/;

export interface GitOptions {
  /** Whether the command reaches for a server, with the credentials that the user's environment names. */
  readonly network?: boolean;
  /** Milliseconds after which git is ended. */
  readonly timeout?: number;
  /** What git reads from standard input. */
  readonly input?: string;
}

/**
 * Runs git so that no file of a repository makes it run a program, without prompts, and without the `GIT_*` variables
 * that would lead it to another repository.
 * @param folder the top folder of a repository (see `repositoryAbove`), or any folder for commands that need none
 * @param args whatever comes from options or files has to stand behind `--` or `--end-of-options`
 * @throws MillwrightError PROCESS_MISSING where there is no git
 */
export async function runGit(
  folder: string,
  args: readonly string[],
  { network = false, timeout, input }: GitOptions = {},
): Promise<RunResult> {
  const settings = Object.entries(safeSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const result = await run('git', ['--no-pager', ...settings, ...args], {
    cwd: folder,
    env: { ...withoutGitVariables(folder, network), GIT_TERMINAL_PROMPT: '0' },
    ...(timeout === undefined ? {} : { timeout }),
    ...(input === undefined ? {} : { input }),
  });
  if (result.exitCode !== 0 && result.stderr.includes('detected dubious ownership'))
    warnOnce(
      toolkitError('GIT_REPOSITORY_UNTRUSTED', {
        what: `git does not read the repository ${folder}`,
        why: 'it belongs to another user, so the state of its files is unknown',
        remedy: `if you trust the repository: git config --global --add safe.directory ${folder}`,
      }),
    );
  return result;
}

function withoutGitVariables(folder: string, network: boolean): Record<string, undefined> {
  const ofFiles = namesInDotEnv(foldersAbove(folder));
  const isDropped = (name: string) =>
    ofFiles.has(name)
      ? ofOthers.test(name)
      : /^GIT_/i.test(name) && !(network && networkVariables.test(name));
  return Object.fromEntries(
    Object.keys(process.env)
      .filter(isDropped)
      .map((name) => [name, undefined]),
  );
}

/**
 * The top folder of the git repository around a folder, found by `.git`, which git itself never tracks; undefined
 * outside of any.
 */
export function repositoryAbove(folder: string): string | undefined {
  return foldersAbove(folder).find((above) => existsSync(join(above, '.git')));
}
