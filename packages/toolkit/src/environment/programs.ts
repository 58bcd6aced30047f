import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Environment, variableOf } from './environment.js';

/** Returns the executable files with a name on PATH, in PATH order. */
export function onPath(name: string, env: Environment): string[] {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  return (variableOf(env, 'PATH') ?? '')
    .split(delimiter)
    .filter((entry) => entry !== '')
    .flatMap((entry) => names.map((file) => join(entry, file)))
    .filter(isExecutable);
}

/** Returns true if a path is an executable file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
