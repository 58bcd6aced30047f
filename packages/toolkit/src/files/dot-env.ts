import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from './read-text.js';

/**
 * Matches `.env`, `.env.local`, `.build.env`: the files that Nx loads into the environment of a project's
 * tasks.
 */
const dotEnvFile = /^\.(?:.+\.)?env(?:\..+)?$/;

/**
 * Returns the names of all variables in the `.env` files of folders. Nx loads such files of the workspace
 * and of a project into the environment of a task, so these variables do not come from the user.
 */
export function namesInDotEnv(folders: readonly string[]): ReadonlySet<string> {
  return new Set(folders.flatMap(dotEnvFiles).flatMap(variablesOf));
}

/** Returns the sorted `.env` files of a folder that set a variable. */
export function dotEnvFilesThatSet(name: string, folder: string): string[] {
  return dotEnvFiles(folder)
    .filter((path) => variablesOf(path).includes(name))
    .sort();
}

function variablesOf(path: string): string[] {
  return variablesInDotEnv(readText(path) ?? '');
}

/**
 * Returns the names of the variables in the text of a `.env` file, in all forms that Nx's parser (dotenv)
 * accepts.
 */
export function variablesInDotEnv(text: string): string[] {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*[=:]/gm);
  return [...lines].map(([, name = '']) => name);
}

/**
 * Returns the real path of a folder and its ancestors, innermost first. Empty if the folder does not exist.
 */
export function foldersAbove(folder: string): string[] {
  const folders: string[] = [];
  try {
    for (let next = realpathSync.native(folder); folders.at(-1) !== next; next = dirname(next))
      folders.push(next);
  } catch {
    return [];
  }
  return folders;
}

function dotEnvFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => dotEnvFile.test(name))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}
