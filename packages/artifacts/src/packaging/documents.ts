import { readdirSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

const licences = ['LICENSE', 'LICENCE', 'UNLICENSE', 'COPYING', 'NOTICE'];
const texts = ['README', 'CHANGELOG'];

/** Returns common spellings: LICENSE, License and license. */
function spellings(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [
    name,
    `${name.slice(0, 1)}${name.slice(1).toLowerCase()}`,
    name.toLowerCase(),
  ]);
}

/** Returns the folder of a project and its parents up to the workspace, relative to it. */
function foldersUpFrom(projectRoot: string): readonly string[] {
  if (projectRoot === '.' || projectRoot === '') return ['.'];
  return [projectRoot, ...foldersUpFrom(posix.dirname(projectRoot))];
}

/** Returns the inputs for the documents of a project. */
export function documentInputs(projectRoot: string): readonly string[] {
  const glob = `{${spellings([...licences, ...texts]).join(',')}}*`;
  const [own = '.', ...above] = foldersUpFrom(projectRoot);
  const licenceGlob = `{${spellings(licences).join(',')}}*`;
  return [posix.join(own, glob), ...above.map((folder) => posix.join(folder, licenceGlob))].map(
    (path) => `{workspaceRoot}/${path}`,
  );
}

/**
 * Returns the documents for a project's archives, relative to the workspace: licences, README and changelog. A
 * project without a licence uses those of the nearest parent folder.
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

/** Returns true for LICENSE, LICENSE-MIT, LICENSE.md, but not for source files such as license.ts. */
function isDocument(file: string, names: readonly string[]): boolean {
  return spellings(names).some(
    (name) =>
      file.startsWith(name) &&
      /^(-[\w-]+(\.\d+)*)?(\.(adoc|html|md|rst|txt))?$/.test(file.slice(name.length)),
  );
}
