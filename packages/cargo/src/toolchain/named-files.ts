import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type Environment, onPath } from '@millwright/toolkit';
import { configFolders, isConfig } from '../graph/targets/build-inputs.js';
import { readConfig } from './cargo-config.js';

/**
 * The files, folders and programs that a file of cargo's configuration names: wrappers, linkers, linker scripts
 * behind a flag, `paths`. Whatever string there is the path of something that exists counts.
 * @param file the configuration's own path, absolute; cargo takes paths relative to the folder above `.cargo`
 * @returns absolute paths
 */
export function namedFiles(file: string, config: unknown, env: Environment): string[] {
  const base = dirname(dirname(file));
  const found = new Set<string>();
  for (const text of stringsIn(config)) {
    for (const candidate of candidatesIn(text)) {
      const path = isAbsolute(candidate) ? candidate : resolve(base, candidate);
      if (path !== base && existsSync(path)) found.add(path);
    }
  }
  for (const name of programsIn(config)) {
    const program = onPath(name, env)[0];
    if (program !== undefined) found.add(program);
  }
  return [...found].sort();
}

/** `-Clink-arg=-Tscripts/link.ld` names a file behind its own flags. */
function candidatesIn(text: string): string[] {
  return [text, ...text.split(/[\s,=]+|-[TLI]/)].filter((part) => part.includes('/') || part.includes('.'));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

const programKeys = new Set(['linker', 'rustc', 'rustc-wrapper', 'rustc-workspace-wrapper', 'ar']);

/** Names of programs that are looked for on PATH. */
function programsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (typeof member === 'string') return programKeys.has(key) && !member.includes('/') ? [member] : [];
    return programsIn(member);
  });
}

/**
 * The files and folders of the repository that its own configuration of cargo names, relative to it.
 * @param folder the Cargo workspace's, relative to the repository
 */
export function settingsFiles(folder: string, repository: string): string[] {
  const named = configFolders(folder)
    .filter(isConfig)
    .map((path) => join(repository, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => namedFiles(path, readConfig(path), process.env));
  const inside = named.map((path) => relative(repository, path).split(sep).join('/'));
  return [...new Set(inside)].filter((path) => path !== '' && !path.startsWith('../')).sort();
}
