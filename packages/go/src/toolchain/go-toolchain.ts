import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, homeFolder, onPath, readText } from '@millwright/toolkit';
import { goError } from '../errors.js';
import { taskVariables } from './task-variables.js';

/** A Go toolchain with absolute paths, so that tasks run what was hashed, regardless of their PATH. */
export interface GoToolchain {
  /** The `go` program. */
  readonly program: string;
  /** GOROOT. */
  readonly root: string;
}

/**
 * Finds the Go toolchain of an environment: in GOROOT if it is set, otherwise the first on PATH.
 * @returns undefined if there is none
 */
export function findGo(env: Environment): GoToolchain | undefined {
  const candidates = [...(env.GOROOT ? [join(env.GOROOT, 'bin', executable)] : []), ...onPath('go', env)];
  for (const program of candidates) {
    if (!existsSync(program)) continue;
    const beside = dirname(dirname(realpathSync.native(program)));
    const root = existsSync(join(beside, 'VERSION')) ? beside : askForRoot(program);
    if (root !== undefined) return { program: join(root, 'bin', executable), root };
  }
  return undefined;
}

/** Queries a `go` that is a script, as version managers install it. */
function askForRoot(program: string): string | undefined {
  try {
    const root = execFileSync(program, ['env', 'GOROOT'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return existsSync(join(root, 'VERSION')) ? root : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns the `go` that a task starts: the hashed one, or the one of its environment if no hook ran.
 * @throws MillwrightError GO_TOOLCHAIN_MISSING
 */
export function goProgram(env: Environment): string {
  const hashed = env[taskVariables.program];
  const program = hashed === undefined || hashed === '' ? findGo(env)?.program : hashed;
  if (program !== undefined) return program;
  throw goError('GO_TOOLCHAIN_MISSING', {
    what: 'go was not found on PATH',
    why: `PATH is ${env.PATH ?? 'not set'}`,
    remedy: "install Go from https://go.dev/dl, or your distribution's package golang-go",
  });
}

/**
 * Returns the settings that `go env -w` stores (cmd/go, "go env": in the file GOENV, by default `go/env` in
 * the user's configuration folder), which override those in the toolchain's go.env.
 */
export function goSettings(toolchain: GoToolchain | undefined, env: Environment): Map<string, string> {
  const user = env.GOENV ?? join(env.XDG_CONFIG_HOME ?? join(homeFolder(env), ...configFolder), 'go', 'env');
  const files = [...(toolchain ? [join(toolchain.root, 'go.env')] : []), ...(user === 'off' ? [] : [user])];
  const settings = new Map<string, string>();
  for (const file of files) {
    for (const [, name, value] of (readText(file) ?? '').matchAll(/^([A-Z0-9_]+)=(.*)$/gm)) {
      if (name !== undefined && value !== undefined) settings.set(name, value.trim());
    }
  }
  return settings;
}

const executable = process.platform === 'win32' ? 'go.exe' : 'go';
const configFolder = process.platform === 'darwin' ? ['Library', 'Application Support'] : ['.config'];
