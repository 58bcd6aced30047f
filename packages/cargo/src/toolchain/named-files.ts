import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { type Environment, isInAnyFolder, onPath, readText } from '@millwright/toolkit';
import { asTable } from '../manifests/toml.js';
import { readConfig } from './cargo-config.js';
import { configFolders, configsFor } from '../manifests/config-folders.js';

/**
 * Returns the files, folders and programs that a cargo configuration file refers to: wrappers, linkers, linker scripts
 * in flags, `paths`. Every string that is an existing path counts, except for folders that cargo writes to.
 * @param file the configuration file, absolute; cargo resolves paths relative to the folder above `.cargo`
 * @returns absolute paths
 */
export function namedFiles(file: string, config: unknown, env: Environment): string[] {
  const base = dirname(dirname(file));
  const found = new Set<string>();
  for (const text of stringsIn(config)) {
    for (const candidate of candidatesIn(text)) {
      const path = isAbsolute(candidate) ? candidate : resolve(base, candidate);
      if (!isAncestor(path, base) && existsSync(path)) found.add(path);
    }
  }
  for (const name of programsIn(config)) {
    const program = onPath(name, env)[0];
    if (program !== undefined) found.add(program);
  }
  return [...found].sort();
}

/** Splits a string into possible paths: `-Clink-arg=-Tscripts/link.ld` contains one after its flags. */
function candidatesIn(text: string): string[] {
  return [text, ...text.split(/[\s,=]+|-[TLI]/)].filter((part) => part.includes('/') || part.includes('.'));
}

/** Returns whether a path is the base folder or contains it: such a folder is not an input. */
function isAncestor(path: string, base: string): boolean {
  return isInAnyFolder(base, [path]);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (outputKeys.has(key) ? [] : stringsIn(member)));
}

/** Keys of `[build]` and `[install]` for output folders (Cargo reference, "Configuration"). */
const outputKeys = new Set(['target-dir', 'build-dir', 'artifact-dir', 'root', 'dep-info-basedir']);

const programKeys = new Set(['linker', 'rustc', 'rustc-wrapper', 'rustc-workspace-wrapper', 'ar']);

/** Returns the names of programs to find on PATH. */
function programsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (typeof member === 'string') return programKeys.has(key) && !member.includes('/') ? [member] : [];
    return programsIn(member);
  });
}

/**
 * Returns the files and folders of the repository that its cargo configuration includes or refers to, relative to it.
 * Excludes crates in `[patch]`, because builds that use one depend on it.
 * @param folder the folder in which cargo runs, relative to the repository
 * @param workspace the Cargo workspace's folder, whose own configuration files are inputs anyway
 * @param isCrate returns whether a folder, relative to the repository, contains a known crate
 */
export function settingsFiles(
  folder: string,
  workspace: string,
  repository: string,
  isCrate: (folder: string) => boolean,
): string[] {
  const inRepository = (path: string) => relative(repository, path).split(sep).join('/');
  const configs = configsFor(folder, (path) => readText(join(repository, path)));
  const known = new Set(configFolders(workspace));
  const named = configs.flatMap((config) => {
    const path = join(repository, config);
    const { patch, ...others } = asTable(readConfig(path)) ?? {};
    const patched = namedFiles(path, { patch }, process.env).map(inRepository);
    return [
      ...(known.has(config) ? [] : [config]),
      ...namedFiles(path, others, process.env).map(inRepository),
      ...patched.filter((one) => !isCrate(one)),
    ];
  });
  return [...new Set(named)].filter((path) => path !== '' && !path.startsWith('../')).sort();
}

/**
 * Returns the output folders in the repository that its cargo configuration sets, relative to it. The default `target`
 * is not included, because git ignores it.
 * @param folder the folder in which cargo runs, relative to the repository
 */
export function targetFolders(folder: string, repository: string): string[] {
  const configs = configsFor(folder, (path) => readText(join(repository, path)));
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
