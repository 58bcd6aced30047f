import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { type Environment, liesWithin, onPath } from '@millwright/toolkit';
import { asTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';
import { configFolders, isConfig } from '../manifests/config-folders.js';

/**
 * The files, folders and programs that a file of cargo's configuration names: wrappers, linkers, linker scripts
 * behind a flag, `paths`. Whatever string there is the path of something that exists counts, but for folders that
 * cargo itself writes to.
 * @param file the configuration's own path, absolute; cargo takes paths relative to the folder above `.cargo`
 * @returns absolute paths
 */
export function namedFiles(file: string, config: unknown, env: Environment): string[] {
  const base = dirname(dirname(file));
  const found = new Set<string>();
  for (const text of stringsIn(config)) {
    for (const candidate of candidatesIn(text)) {
      const path = isAbsolute(candidate) ? candidate : resolve(base, candidate);
      if (!isAround(path, base) && existsSync(path)) found.add(path);
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

/** A folder around the repository is no input: everything lies in it. */
function isAround(path: string, base: string): boolean {
  return liesWithin(base, [path]);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (writtenTo.has(key) ? [] : stringsIn(member)));
}

/** Keys of `[build]` and `[install]` that name folders for results (Cargo reference, "Configuration"). */
const writtenTo = new Set(['target-dir', 'build-dir', 'artifact-dir', 'root', 'dep-info-basedir']);

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
 * The files and folders of the repository that its own configuration of cargo names, relative to it. Crates that a
 * `[patch]` names are left out: a build that takes one has it for a dependency.
 * @param folder the Cargo workspace's, relative to the repository
 * @param isCrate whether a folder, relative to the repository, holds a crate that the graph knows
 */
export function settingsFiles(
  folder: string,
  repository: string,
  isCrate: (folder: string) => boolean,
): string[] {
  const inRepository = (path: string) => relative(repository, path).split(sep).join('/');
  const named = configFolders(folder)
    .filter(isConfig)
    .map((path) => join(repository, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const { patch, ...others } = asTable(readConfig(path)) ?? {};
      const patched = namedFiles(path, { patch }, process.env).map(inRepository);
      return [
        ...namedFiles(path, others, process.env).map(inRepository),
        ...patched.filter((one) => !isCrate(one)),
      ];
    });
  return [...new Set(named)].filter((path) => path !== '' && !path.startsWith('../')).sort();
}

/**
 * The folders of the repository that its own configuration has cargo write to, relative to it; the usual `target` left
 * out, which git ignores.
 * @param folder the Cargo workspace's, relative to the repository
 */
export function targetFolders(folder: string, repository: string): string[] {
  const configs = configFolders(folder)
    .filter(isConfig)
    .filter((path) => existsSync(join(repository, path)));
  return ['target-dir', 'build-dir'].flatMap((key) => {
    for (const path of configs) {
      const value = asTable(asTable(readConfig(join(repository, path)))?.build)?.[key];
      if (typeof value !== 'string') continue;
      const named = isAbsolute(value)
        ? relative(repository, value)
        : posix.join(dirname(dirname(path)), value);
      const isInside = named !== '' && named !== '.' && !named.startsWith('..') && !value.includes('{');
      return isInside ? [named.replace(/\/$/, '')] : [];
    }
    return [];
  });
}
