import { createHash } from 'node:crypto';
import { sideFileEndings } from './layout.js';

/**
 * Determines which projects need their own folder below each platform's: those with an artifact that has
 * the same name as one of another project, on any platform, or as such a folder. The result depends only on
 * names, so that platforms and configurations do not move artifacts. Names that differ only in case count
 * as equal, because some file systems ignore case.
 * @param files the names of each project's artifacts on all platforms
 * @returns the folder name by project
 */
export function projectFolders(files: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const names = folderNames([...files.keys()]);
  const moved = new Set<string>();
  // A folder can have the same name as a file, whose project then needs a folder too.
  for (let size = -1; size < moved.size;) {
    size = moved.size;
    const claims = new Map<string, Set<string>>();
    for (const [project, own] of files) {
      const claimed = moved.has(project) ? [names.get(project) ?? project] : own.flatMap(withSideFiles);
      for (const name of claimed.map(foldCase))
        claims.set(name, (claims.get(name) ?? new Set()).add(project));
    }
    for (const claimants of claims.values()) {
      if (claimants.size > 1) for (const project of claimants) moved.add(project);
    }
  }
  return new Map([...moved].map((project) => [project, names.get(project) ?? project]));
}

/**
 * Returns a folder name for each project. Names that become equal without invalid characters are made
 * distinct.
 */
function folderNames(projects: readonly string[]): Map<string, string> {
  const plain = (project: string) => project.replace(/[^\w.@+-]+/g, '-').replace(/^\.+/, '');
  const alike = Map.groupBy(projects, (project) => foldCase(plain(project)));
  return new Map(
    projects.map((project) => {
      const single = plain(project) !== '' && alike.get(foldCase(plain(project)))?.length === 1;
      const digest = createHash('sha256').update(project).digest('hex').slice(0, 8);
      return [project, single ? plain(project) : `${plain(project)}-${digest}`.replace(/^-/, '')];
    }),
  );
}

function withSideFiles(name: string): string[] {
  return [name, ...Object.values(sideFileEndings).map((ending) => `${name}${ending}`)];
}

/**
 * Returns a name as compared by file systems that ignore case and Unicode normalization, such as those of macOS and
 * Windows. Upper case comes first, because only it is the same for some letters: `s` and the long `ſ`.
 */
export function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase().normalize('NFC');
}
