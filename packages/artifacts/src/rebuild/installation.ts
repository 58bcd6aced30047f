import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** The commands that install exactly what a lock file lists, by the name of the lock file. */
const installs: readonly (readonly [lockFile: string, file: string, ...args: string[]])[] = [
  ['pnpm-lock.yaml', 'pnpm', 'install', '--frozen-lockfile'],
  ['bun.lock', 'bun', 'install', '--frozen-lockfile'],
  ['bun.lockb', 'bun', 'install', '--frozen-lockfile'],
  ['yarn.lock', 'yarn', 'install', '--immutable'],
  ['package-lock.json', 'npm', 'ci', '--no-audit', '--no-fund'],
];

/** Returns the command that installs the npm packages of a workspace; undefined if it has no lock file. */
export function installCommand(workspace: string): Command | undefined {
  const found = installs.find(([lockFile]) => existsSync(join(workspace, lockFile)));
  if (found === undefined) return undefined;
  const [, file, ...args] = found;
  return { file, args };
}

/** Lets a workspace without a lock file use the packages of another one. */
export function linkPackages(from: string, to: string): void {
  const installed = join(from, 'node_modules');
  if (existsSync(installed) && !existsSync(join(to, 'node_modules')))
    symlinkSync(installed, join(to, 'node_modules'), 'junction');
}

/** Returns the Nx of a workspace: the package, or the script with which Nx installs itself; undefined if it has neither. */
export function nxProgram(workspace: string): string | undefined {
  return ['node_modules/.bin/nx', 'nx'].map((path) => join(workspace, path)).find((path) => existsSync(path));
}
