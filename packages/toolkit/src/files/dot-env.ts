import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readText } from './read-text.js';

/** `.env`, `.env.local`, `.build.env`: the files that Nx loads into the environment of a project's tasks. */
const dotEnvFile = /^\.(?:.+\.)?env(?:\..+)?$/;

/**
 * The variables that the `.env` files of folders name, whatever they set them to: Nx loads those of the workspace and of
 * a project into the environment of a task, so that they are not the user's.
 */
export function namesInDotEnv(folders: readonly string[]): ReadonlySet<string> {
  return new Set(folders.flatMap(dotEnvFiles).flatMap(namesIn));
}

/** The `.env` files of a folder that name a variable, sorted. */
export function dotEnvFilesNaming(name: string, folder: string): string[] {
  return dotEnvFiles(folder)
    .filter((path) => namesIn(path).includes(name))
    .sort();
}

function namesIn(path: string): string[] {
  return variablesNamedIn(readText(path) ?? '');
}

/** The variables that the text of a `.env` file names, in the forms that Nx's reader (dotenv) knows. */
export function variablesNamedIn(text: string): string[] {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*[=:]/gm);
  return [...lines].map(([, name = '']) => name);
}

/** A folder by its real path and those around it, innermost first; none where there is no such folder. */
export function foldersAbove(folder: string): string[] {
  const folders: string[] = [];
  try {
    for (let next = realpathSync(folder); folders.at(-1) !== next; next = dirname(next)) folders.push(next);
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
