import { dirname, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { buildFirst } from '../build.js';
import { follow } from '../follow.js';
import { LogFollower } from '../logs.js';
import { open, type Session } from '../session.js';
import { startStack } from '../start.js';
import { announce } from '../up.js';
import { sourceFolders } from './source-folders.js';
import { describeStack, mountedPaths } from './described.js';
import { Queue } from './queue.js';
import { Stamps } from './stamps.js';
import { Updater } from './updater.js';
import { WatchedFolders } from './watched-folders.js';

const ignored = new Set(['node_modules', 'target', 'dist', '.git', '.nx', 'artifacts']);

/**
 * Keeps the stack running. After a change to a source of what it mounts it builds; after one to what it mounts, by that
 * build or by somebody else's, it checks that and restarts the services concerned; after one to the files that describe
 * the stack it brings the stack in line with them.
 */
export async function watch(session: Session, context: ExecutorContext): Promise<boolean> {
  const described = describeStack(session);
  const files = new Stamps(described.files);
  const opened = await open(session);
  await buildFirst(opened, context);
  const mounted = new Stamps(mountedPaths(opened));
  const running = await startStack(opened);
  const restarting = new Set<string>();
  const logs = new LogFollower(running);
  const queue = new Queue(() => updater.update());
  // Folders, since who writes a file anew may put another one in its place.
  const places = new WatchedFolders({ depth: 0 }, (path) => {
    if (files.has(path) || mounted.has(path)) queue.changed();
  });
  const sources = new WatchedFolders({ ignored: (path) => isIgnored(path, context.root) }, (path) => {
    // A stack may lie within the folder of a project that it mounts.
    if (files.has(path)) return;
    updater.toBuild = true;
    queue.changed();
  });
  const lookAfter = async () => {
    const folders = [...files.paths, ...mounted.paths].map((path) => dirname(path));
    await Promise.all([places.add(folders), sources.add(sourceFolders(running.session, context))]);
  };
  const updater = new Updater(running, { context, logs, restarting, described, files, mounted, lookAfter });
  try {
    await lookAfter();
    await announce(running);
    const { length } = sourceFolders(session, context);
    const built =
      length > 0 ? `${length} ${length === 1 ? 'folder' : 'folders'} of what is mounted` : 'what is mounted';
    session.say(`watching ${built}, and the files of the stack\n`);
    // What changed while the stack was starting.
    queue.changed();
    await follow(running, logs, { restarting, goesOn: true });
    return true;
  } finally {
    await Promise.all([sources.close(), places.close(), queue.close()]);
    await running.takeDown();
  }
}

function isIgnored(path: string, root: string): boolean {
  return relative(root, path)
    .split(sep)
    .some((segment) => ignored.has(segment));
}
