import { posix } from 'node:path';
import type { RepositoryFiles } from '@millwright/toolkit';
import { readGoSource } from '../source-scan/go-source.js';
import type { GoPackage } from '../source-scan/model.js';
import { type GoRepository, readRepository } from '../resolution/repository.js';

/** Returns an in-memory repository. */
export function inMemoryFiles(files: Readonly<Record<string, string>>): RepositoryFiles {
  const paths = Object.keys(files);
  return {
    read: (path) => files[path],
    exists: (path) => paths.some((one) => one === path || one.startsWith(`${path}/`)),
    list: (folder) =>
      paths.filter((path) => posix.dirname(path) === folder).map((path) => posix.basename(path)),
  };
}

/** Returns a repository of Go modules from file texts by path. @param goWork the value of GOWORK */
export function repositoryOf(files: Readonly<Record<string, string>>, goWork?: string): GoRepository {
  const goMods = Object.keys(files).filter((path) => posix.basename(path) === 'go.mod');
  const roots = goMods.map((path) => posix.dirname(path));
  const folders = [...new Set(Object.keys(files).map((path) => posix.dirname(path)))];
  const isBelow = (folder: string, root: string) =>
    root === '.' || folder === root || folder.startsWith(`${root}/`);
  const depthOf = (root: string) => (root === '.' ? 0 : root.length);
  const ownerOf = (folder: string) =>
    roots.filter((root) => isBelow(folder, root)).sort((a, b) => depthOf(b) - depthOf(a))[0];
  const packageIn = (folder: string): GoPackage | undefined => {
    const sources = Object.entries(files)
      .filter(([path]) => posix.dirname(path) === folder && path.endsWith('.go'))
      .map(([path, text]) => [posix.basename(path), readGoSource(text)] as const);
    return sources.length === 0 ? undefined : { folder, sources: new Map(sources) };
  };
  return readRepository(
    goMods,
    inMemoryFiles(files),
    packageIn,
    (root) => folders.filter((folder) => ownerOf(folder) === root),
    goWork,
  );
}
