import { createHash } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readRegularFile, statOf } from '@millwright/toolkit';
import { nxProcess } from '../../system/processes.js';
import { ignoredByGit } from './git-ignored.js';

/** Folders that hold no sources, whatever git says of them. */
const neverSources: ReadonlySet<string> = new Set(['.git', '.nx', 'node_modules']);

/** What tells a source from other files of the folders that are watched. */
export interface SourceRules {
  readonly workspaceRoot: string;
  /** Folders that git ignores as a whole; absolute. */
  readonly ignoredFolders: ReadonlySet<string>;
  /** What the builds write, files or folders; absolute. */
  readonly outputs: ReadonlySet<string>;
}

/** Whether a file or folder need not be watched. */
export function isPruned(path: string, { workspaceRoot, ignoredFolders, outputs }: SourceRules): boolean {
  const within = relative(workspaceRoot, path).split(sep);
  if (within.some((segment) => neverSources.has(segment))) return true;
  for (let part = path; part.length > workspaceRoot.length; part = dirname(part)) {
    if (ignoredFolders.has(part) || outputs.has(part)) return true;
  }
  // cargo and others mark the folders in which they keep what can be made again (bford.info/cachedir).
  return existsSync(join(path, 'CACHEDIR.TAG'));
}

/**
 * What the targets of some projects write, as far as their outputs name it. One that holds the project's own folder is
 * left out: its sources would be taken for outputs.
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

/** The files that Nx itself writes its output to: watching them, a run would answer its own words. */
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

/** Collects the files that change in the folders of sources, and tells whether any of them is a source. */
export class SourceChanges {
  private readonly pending = new Set<string>();
  private readonly digests = new Map<string, string>();

  constructor(private readonly passedOver: ReadonlySet<string>) {}

  add(path: string): void {
    if (!this.passedOver.has(path)) this.pending.add(path);
  }

  /** Whether a source has other bytes than when it last changed, came or went, since this was last asked. */
  async take(): Promise<boolean> {
    const paths = [...this.pending];
    this.pending.clear();
    if (paths.length === 0) return false;
    const ignored = await ignoredByGit(paths);
    // A build that writes the same again is no change.
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
  const { bytes, refusal } = readRegularFile(path);
  if (bytes !== undefined) return createHash('sha256').update(bytes).digest('hex');
  const found = statOf(path);
  return refusal.kind === 'too large' && found ? `${found.size} ${found.mtimeMs}` : refusal.kind;
}
