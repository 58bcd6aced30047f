import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { readGoSource } from './go-source.js';
import type { GoPackage, GoSource } from './model.js';
import { isLeftOut } from './packages.js';

/** What was read of a file, and what the system said of it then. */
interface Remembered {
  readonly stamp: string;
  readonly source: GoSource;
}

export type SourceMemory = Record<string, Remembered>;

/**
 * The Go files of a Nx workspace on disk, remembered from one reading of the graph to the next, since almost none
 * changes in between.
 * @param workspace the Nx workspace's folder, absolute
 */
export class SourceFiles {
  private readonly fresh: SourceMemory = {};
  private readonly found = new Map<string, string[]>();
  changed = false;

  constructor(
    private readonly workspace: string,
    private readonly memory: SourceMemory,
  ) {}

  /** What there is to remember: the files that were asked for. */
  remembered(): SourceMemory {
    return this.fresh;
  }

  /** A module's folder and all below it that may hold packages of its own. */
  foldersBelow(root: string): string[] {
    const folders: string[] = [];
    const visit = (folder: string): void => {
      let entries;
      try {
        entries = readdirSync(join(this.workspace, folder), { withFileTypes: true });
      } catch {
        return;
      }
      if (folder !== root && entries.some(({ name }) => name === 'go.mod')) return;
      const sources: string[] = [];
      for (const entry of entries) {
        if (entry.isDirectory()) {
          if (!isLeftOut(entry.name) && entry.name !== 'node_modules') visit(posix.join(folder, entry.name));
        } else if (entry.name.endsWith('.go') && !/^[_.]/.test(entry.name)) sources.push(entry.name);
      }
      if (sources.length === 0) return;
      folders.push(folder);
      this.found.set(folder, sources.sort());
    };
    visit(root);
    return folders;
  }

  /** The names of the Go files in a folder that {@link foldersBelow} listed. */
  filesIn(folder: string): readonly string[] {
    return this.found.get(folder) ?? [];
  }

  /** The package in a folder that {@link foldersBelow} listed. */
  package(folder: string): GoPackage | undefined {
    const sources = new Map<string, GoSource>();
    for (const name of this.filesIn(folder)) {
      const source = this.source(posix.join(folder, name));
      if (source) sources.set(name, source);
    }
    return sources.size === 0 ? undefined : { folder, sources };
  }

  private source(path: string): GoSource | undefined {
    const absolute = join(this.workspace, path);
    const stat = statSync(absolute, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) return undefined;
    // Two files with the same stamp hold the same text: the change time cannot be set back.
    const stamp = `${stat.size}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}`;
    const known = this.memory[path];
    if (known?.stamp === stamp) {
      this.fresh[path] = known;
      return known.source;
    }
    this.changed = true;
    const source = readGoSource(readFileSync(absolute, 'utf8'));
    this.fresh[path] = { stamp, source };
    return source;
  }
}

/** Where a path of the repository really lies, relative to it; the path itself where it is no symbolic link. */
export function realPath(workspace: string, path: string): string {
  const absolute = join(workspace, path);
  if (!existsSync(absolute)) return path;
  return relative(realpathSync(workspace), realpathSync(absolute)).split(sep).join('/');
}
