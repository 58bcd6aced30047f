import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { foldersAbove, namesInDotEnv } from '../files/dot-env.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';
import { run, type RunResult } from '../process/process.js';
import { shellWord } from '../text/shell-word.js';

/**
 * Settings that a repository must not override. A folder of tracked files can look like a bare repository
 * with its own configuration (`safe.bareRepository`), and a configuration can name programs to run.
 */
const safeSettings: Readonly<Record<string, string>> = {
  'safe.bareRepository': 'explicit',
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'protocol.ext.allow': 'never',
  'fetch.recurseSubmodules': 'false',
  'submodule.recurse': 'false',
  // These would leave background processes behind.
  'gc.auto': '0',
  'maintenance.auto': 'false',
};

/**
 * Variables through which a user or CI job configures git's network access: credentials, certificates,
 * proxies, settings.
 */
const networkVariables =
  /^GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|HTTP_\w+|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

/**
 * Variables through which a `.env` file could select git's configuration or inject code into git and its
 * child processes.
 */
const dangerousVariables =
  /^(GIT_|SSH_ASKPASS$|HOME$|XDG_|LD_|DYLD_|GCONV_PATH$|BASH_ENV$|ENV$|NODE_OPTIONS$)/;

export interface GitOptions {
  /** True if the command accesses a server, with the credentials in the user's environment. */
  readonly network?: boolean;
  /** Milliseconds after which git is ended. */
  readonly timeout?: number;
  /** The content of standard input. */
  readonly input?: string;
}

/**
 * Runs git so that no file of a repository can make it run a program, without prompts, and without `GIT_*`
 * variables that select another repository.
 * @param folder the top folder of a repository (see `repositoryAbove`), or any folder for commands that
 * require none
 * @param args values from options or files must come after `--` or `--end-of-options`
 * @throws MillwrightError PROCESS_MISSING if git is not installed
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
        what: `git refuses to read the repository ${folder}`,
        why: 'the repository belongs to another user, so the state of its files is unknown',
        remedy: `if you trust the repository: git config --global --add safe.directory ${shellWord(folder)}`,
      }),
    );
  return result;
}

function withoutGitVariables(folder: string, network: boolean): Record<string, undefined> {
  const inDotEnv = namesInDotEnv(foldersAbove(folder));
  const isDropped = (name: string) =>
    inDotEnv.has(name)
      ? dangerousVariables.test(name)
      : /^GIT_/i.test(name) && !(network && networkVariables.test(name));
  return Object.fromEntries(
    Object.keys(process.env)
      .filter(isDropped)
      .map((name) => [name, undefined]),
  );
}

/**
 * Returns the top folder of the git repository that contains a folder, if any. It is found by `.git`, a
 * name that git never tracks.
 */
export function repositoryAbove(folder: string): string | undefined {
  return foldersAbove(folder).find((above) => existsSync(join(above, '.git')));
}
