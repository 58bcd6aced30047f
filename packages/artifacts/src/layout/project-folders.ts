import { createHash } from 'node:crypto';
import { sideFileEndings } from './layout.js';

/**
 * Decides which projects have a folder of their own below each platform's: those whose artifacts would otherwise have
 * the same name as another project's, on any platform, or as such a folder. The answer follows from the names alone,
 * so that neither platforms nor configurations move an artifact. Names that differ in case alone count as the same,
 * since some file systems do not tell them apart.
 * @param files the names of the artifacts of each project, on every platform
 * @returns the folder's name, by project
 */
export function projectFolders(files: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const names = folderNames([...files.keys()]);
  const moved = new Set<string>();
  // A folder may itself have the name of a file, which then moves too.
  for (let size = -1; size < moved.size;) {
    size = moved.size;
    const claims = new Map<string, Set<string>>();
    for (const [project, own] of files) {
      const claimed = moved.has(project) ? [names.get(project) ?? project] : own.flatMap(withSideFiles);
      for (const name of claimed.map(caseless))
        claims.set(name, (claims.get(name) ?? new Set()).add(project));
    }
    for (const claimants of claims.values()) {
      if (claimants.size > 1) for (const project of claimants) moved.add(project);
    }
  }
  return new Map([...moved].map((project) => [project, names.get(project) ?? project]));
}

/** A folder's name for each project; those whose names differ in no letter that may stand there are told apart. */
function folderNames(projects: readonly string[]): Map<string, string> {
  const plain = (project: string) => project.replace(/[^\w.@+-]+/g, '-').replace(/^\.+/, '');
  const alike = Map.groupBy(projects, (project) => caseless(plain(project)));
  return new Map(
    projects.map((project) => {
      const single = plain(project) !== '' && alike.get(caseless(plain(project)))?.length === 1;
      const digest = createHash('sha256').update(project).digest('hex').slice(0, 8);
      return [project, single ? plain(project) : `${plain(project)}-${digest}`.replace(/^-/, '')];
    }),
  );
}

function withSideFiles(name: string): string[] {
  return [name, ...Object.values(sideFileEndings).map((ending) => `${name}${ending}`)];
}

/** A name as file systems compare it that ignore case. */
export function caseless(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
