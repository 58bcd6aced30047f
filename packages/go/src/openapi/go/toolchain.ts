import { existsSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { firstLine, MillwrightError, run } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { taskVariables } from '../../toolchain/task-variables.js';

/** The Go toolchain that runs in a folder. */
export interface FolderGo {
  /** In Go's notation: `go1.26.8`. */
  readonly version: string;
  /** The path of gofmt. */
  readonly gofmt: string;
  /** The absolute path of the go.mod that applies to the folder, if any. */
  readonly module: string | undefined;
  /** The absolute path of the go.work that applies to the folder, if any. */
  readonly workspace: string | undefined;
}

/**
 * Queries Go for its version and files.
 * @param folder the working folder; its go.mod and go.work select the toolchain
 * @throws MillwrightError GO_TOOLCHAIN_MISSING, GO_TOO_OLD
 */
export async function goOfFolder(folder: string): Promise<FolderGo> {
  const result = await captureGo(['env', '-json', 'GOVERSION', 'GOROOT', 'GOMOD', 'GOWORK'], folder);
  if (result.exitCode !== 0) {
    throw (
      goTooOld(result.stderr) ??
      goError('GO_TOOLCHAIN_MISSING', {
        what: 'the go command on PATH fails',
        why: firstLine(result.stderr),
        output: result.stderr,
      })
    );
  }
  const facts = JSON.parse(result.stdout) as Record<string, string | undefined>;
  // Go reports the null device if it finds no go.mod.
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
 * Runs go and captures its output.
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
      what: 'go was not found on PATH',
      why: error.why,
      cause: error,
    });
  }
}

/**
 * Returns the go with which the task was hashed. Without the hook, the one on PATH, which may be a version
 * manager's script.
 */
function hashedProgram(): string {
  const program = process.env[taskVariables.program];
  return program === undefined || program === '' ? 'go' : program;
}
