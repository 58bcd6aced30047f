import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { MillwrightError, run } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { taskVariables } from '../../toolchain/task-variables.js';

/** The Go that runs in a folder. */
export interface FolderGo {
  /** As Go writes it: `go1.26.8`. */
  readonly version: string;
  /** The program that formats. */
  readonly gofmt: string;
  /** The go.mod that governs the folder, absolute; undefined where there is none. */
  readonly module: string | undefined;
  /** The go.work that governs the folder, absolute; undefined where there is none. */
  readonly workspace: string | undefined;
}

/**
 * Asks Go about itself.
 * @param folder where it is to run, since go.mod and go.work choose toolchains
 * @throws MillwrightError GO_TOOLCHAIN_MISSING, GO_TOO_OLD
 */
export async function goOfFolder(folder: string): Promise<FolderGo> {
  const result = await captureGo(['env', '-json', 'GOVERSION', 'GOROOT', 'GOMOD', 'GOWORK'], folder);
  if (result.exitCode !== 0) {
    throw (
      goTooOld(result.stderr) ??
      goError('GO_TOOLCHAIN_MISSING', {
        what: 'the go on PATH does not run',
        why: result.stderr.trim().split('\n')[0] ?? 'it gave no reason',
        output: result.stderr,
      })
    );
  }
  const facts = JSON.parse(result.stdout) as Record<string, string | undefined>;
  // Go names the null device for a go.mod that it does not find.
  const file = (path: string | undefined) =>
    path === undefined || path === '' || path === 'off' || path === devNull || !existsSync(path)
      ? undefined
      : path;
  const own = join(facts.GOROOT ?? '', 'bin', 'gofmt');
  return {
    version: facts.GOVERSION ?? '',
    gofmt: existsSync(own) ? own : 'gofmt',
    module: file(facts.GOMOD),
    workspace: file(facts.GOWORK),
  };
}

export interface GoResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs go to its end, and keeps what it prints.
 * @param env changes to the environment; undefined removes a variable
 * @throws MillwrightError GO_TOOLCHAIN_MISSING
 */
export async function captureGo(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<GoResult> {
  try {
    return await run(hashedProgram(), args, { cwd, env });
  } catch (error) {
    if (!(error instanceof MillwrightError) || error.code !== 'PROCESS_MISSING') throw error;
    throw goError('GO_TOOLCHAIN_MISSING', {
      what: 'no go was found on PATH',
      why: error.why,
      cause: error,
    });
  }
}

/** The go that the task was hashed with, or without a hook the one on PATH, which may be a script of a version manager. */
function hashedProgram(): string {
  const program = process.env[taskVariables.program];
  return program === undefined || program === '' ? 'go' : program;
}
