import { createHash } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readRegularFile, statOf } from '@millwright/toolkit';
import { nxProcess } from '../../system/nx-process.js';
import { ignoredByGit } from './git-ignored.js';

/** Folders that never contain sources, even if git does not ignore them. */
const neverSources: ReadonlySet<string> = new Set(['.git', '.nx', 'node_modules']);

/** Rules that distinguish sources from other files in the watched folders. */
export interface SourceRules {
  readonly workspaceRoot: string;
  /** Absolute paths of folders that git ignores completely. */
  readonly ignoredFolders: ReadonlySet<string>;
  /** Absolute paths of files and folders that builds write. */
  readonly outputs: ReadonlySet<string>;
}

/** Returns true if a file or folder need not be watched. */
export function isPruned(path: string, { workspaceRoot, ignoredFolders, outputs }: SourceRules): boolean {
  const within = relative(workspaceRoot, path).split(sep);
  if (within.some((segment) => neverSources.has(segment))) return true;
  for (let part = path; part.length > workspaceRoot.length; part = dirname(part)) {
    if (ignoredFolders.has(part) || outputs.has(part)) return true;
  }
  // cargo and other tools mark cache folders with this file (bford.info/cachedir).
  return existsSync(join(path, 'CACHEDIR.TAG'));
}

/**
 * Returns the paths that the targets of the projects write, according to their `outputs`. An output that
 * contains the project's own folder is left out, because it would exclude the project's sources.
 */
export function outputsOf(
  projects: readonly string[],
  { root, projectGraph }: Pick<ExecutorContext, 'root' | 'projectGraph'>,
): ReadonlySet<string> {
  const found = projects.flatMap((name) => {
    const data = projectGraph.nodes[name]?.data;
    if (data === undefined) return [];
    const folder = join(root, data.root);
    return Object.values(data.targets ?? {})
      .flatMap(({ outputs = [] }) => outputs)
      .map((output) =>
        output
          .replace('{workspaceRoot}', root)
          .replace('{projectRoot}', folder)
          .replace('{projectName}', name),
      )
      .filter((output) => !/[{}*?[\]!]/.test(output))
      .map((output) => join(output.startsWith(root) ? output : join(root, output)))
      .filter((output) => output !== folder && !folder.startsWith(`${output}${sep}`));
  });
  return new Set([join(root, 'artifacts'), ...found]);
}

/**
 * Returns the files to which Nx's output is redirected. Watching them would make each message of a run
 * trigger the next run.
 */
export function outputOfNx(): ReadonlySet<string> {
  const pid = nxProcess()?.pid;
  const paths = pid === undefined ? [] : [1, 2].map((stream) => `/proc/${pid}/fd/${stream}`);
  return new Set(paths.flatMap(linkOf));
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

/** Collects changed files in the source folders, and determines whether any of them is a source. */
export class SourceChanges {
  private readonly pending = new Set<string>();
  private readonly digests = new Map<string, string>();

  constructor(private readonly excluded: ReadonlySet<string>) {}

  add(path: string): void {
    if (!this.excluded.has(path)) this.pending.add(path);
  }

  /**
   * Returns true if a source was changed, added or removed since the last call. Content is compared with
   * the last change.
   */
  async takeHasChanged(): Promise<boolean> {
    const paths = [...this.pending];
    this.pending.clear();
    if (paths.length === 0) return false;
    const ignored = await ignoredByGit(paths);
    // A build that writes the same content again is not a change.
    const changed = paths.filter((path) => {
      if (ignored.has(path)) return false;
      const digest = digestOf(path);
      const isNew = this.digests.get(path) !== digest;
      this.digests.set(path, digest);
      return isNew;
    });
    return changed.length > 0;
  }
}

function digestOf(path: string): string {
  const { bytes, failure } = readRegularFile(path);
  if (bytes !== undefined) return createHash('sha256').update(bytes).digest('hex');
  const found = statOf(path);
  return failure.kind === 'too large' && found ? `${found.size} ${found.mtimeMs}` : failure.kind;
}
