import { readdirSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

const licences = ['LICENSE', 'LICENCE', 'UNLICENSE', 'COPYING', 'NOTICE'];
const texts = ['README', 'CHANGELOG'];

/** LICENSE, License and license. */
function spellings(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [
    name,
    `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`,
    name.toLowerCase(),
  ]);
}

/** The folders from a project's up to the workspace's, relative to that. */
function foldersUpFrom(projectRoot: string): readonly string[] {
  if (projectRoot === '.' || projectRoot === '') return ['.'];
  return [projectRoot, ...foldersUpFrom(posix.dirname(projectRoot))];
}

/** The inputs of a task that packages the documents of a project. */
export function documentInputs(projectRoot: string): readonly string[] {
  const glob = `{${spellings([...licences, ...texts]).join(',')}}*`;
  const [own = '.', ...above] = foldersUpFrom(projectRoot);
  const licenceGlob = `{${spellings(licences).join(',')}}*`;
  return [posix.join(own, glob), ...above.map((folder) => posix.join(folder, licenceGlob))].map(
    (path) => `{workspaceRoot}/${path}`,
  );
}

/**
 * The documents that belong into a project's archives, relative to the workspace: its licences, README and changelog. A
 * project without a licence takes those of the nearest folder above it.
 */
export function documentsOf(workspaceRoot: string, projectRoot: string): readonly string[] {
  const [own = '.', ...above] = foldersUpFrom(projectRoot);
  const found = (folder: string, names: readonly string[]) =>
    readdirSync(join(workspaceRoot, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && isDocument(entry.name, names))
      .map((entry) => posix.join(folder, entry.name));
  const holder = [own, ...above].find((folder) => found(folder, licences).length > 0);
  const names = new Set<string>();
  return [...found(own, texts), ...(holder === undefined ? [] : found(holder, licences))]
    .sort()
    .filter((path) => !names.has(basename(path)) && names.add(basename(path)));
}

/** LICENSE, LICENSE-MIT, LICENSE.md; but not a file of source code. */
function isDocument(file: string, names: readonly string[]): boolean {
  return spellings(names).some(
    (name) =>
      file.startsWith(name) &&
      /^(-[\w-]+(\.\d+)*)?(\.(adoc|html|md|rst|txt))?$/.test(file.slice(name.length)),
  );
}
