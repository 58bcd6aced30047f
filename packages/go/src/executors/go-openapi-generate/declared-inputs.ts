import { matchesGlob } from 'node:path';

/**
 * The files that a task read but does not declare.
 * @param read relative to the workspace's root
 * @param inputs the target's; undefined where it declares none, and Nx then takes the project's own files
 * @param projectRoot relative to the workspace's root
 */
export function undeclaredInputs(
  read: readonly string[],
  inputs: readonly unknown[] | undefined,
  projectRoot: string,
): string[] {
  const own = projectRoot === '.' ? '**/*' : `${projectRoot}/**/*`;
  const globs = (inputs ?? ['default']).flatMap((input) => {
    if (typeof input !== 'string') return [];
    // A named input may hold anything; the usual ones are the project's own files.
    if (!input.startsWith('{')) return [own];
    return [
      input.replace('{workspaceRoot}/', '').replace('{projectRoot}', projectRoot === '.' ? '.' : projectRoot),
    ];
  });
  return read.filter(
    (path) => !globs.some((glob) => path === glob || matchesGlob(path, glob.replace(/^\.\//, ''))),
  );
}
