import { dirname } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { buildFirst } from '../../lifecycle/build.js';
import { follow } from '../../following/follow.js';
import { LogFollower } from '../../following/logs.js';
import { open, type Session } from '../../session/session.js';
import { withRun } from '../../lifecycle/run.js';
import { type RunningStack, startStack } from '../../lifecycle/start.js';
import { announce } from '../../following/announce.js';
import { describeStack, type Description, mountedPaths } from './description.js';
import { ignoredFolders } from './git-ignored.js';
import { Queue } from './queue.js';
import { sourceFolders, sourceProjects } from './source-folders.js';
import { isPruned, outputOfNx, outputsOf, SourceChanges, type SourceRules } from './sources.js';
import { Stamps } from './stamps.js';
import { Updater } from './updater.js';
import { WatchedFolders } from './watched-folders.js';

/**
 * Keeps the stack running. After a change to a source of what it mounts it builds; after one to what it mounts, by that
 * build or by somebody else's, it checks that and restarts the services concerned; after one to the files that describe
 * the stack it brings the stack in line with them.
 */
export async function watch(session: Session, context: ExecutorContext): Promise<boolean> {
  return withRun(session, async (run) => {
    const described = describeStack(session);
    const files = new Stamps(described.files);
    const opened = await open(session);
    await buildFirst(opened, context, run.signal);
    const mounted = new Stamps(mountedPaths(opened));
    const running = await startStack(opened, run);
    return watchRunning(running, context, { described, files, mounted });
  });
}

/** What was seen of a stack's files before it was started. */
interface Seen {
  readonly described: Description;
  readonly files: Stamps;
  readonly mounted: Stamps;
}

async function watchRunning(
  running: RunningStack,
  context: ExecutorContext,
  { described, files, mounted }: Seen,
): Promise<boolean> {
  const { session } = running;
  const restarting = new Set<string>();
  const logs = new LogFollower(running);
  const queue = new Queue(() => updater.update());
  // Folders, since who writes a file anew may put another one in its place.
  const places = new WatchedFolders({ depth: 0, attributes: true }, (path) => {
    if (files.has(path) || mounted.has(path)) queue.changed();
  });
  const rules: SourceRules = {
    workspaceRoot: context.root,
    ignoredFolders: await ignoredFolders(sourceFolders(session, context)),
    outputs: outputsOf(sourceProjects(session, context), context),
  };
  const changes = new SourceChanges(outputOfNx());
  const sources = new WatchedFolders({ ignored: (path) => isPruned(path, rules) }, (path) => {
    // A stack may lie within the folder of a project that it mounts.
    if (files.has(path)) return;
    changes.add(path);
    queue.changed();
  });
  const lookAfter = async () => {
    const folders = [...files.paths, ...mounted.paths].map((path) => dirname(path));
    await Promise.all([places.add(folders), sources.add(sourceFolders(running.session, context))]);
  };
  const gone = new Set<string>();
  const updater = new Updater(running, {
    ...{ context, logs, restarting, gone, described, files, mounted, changes, lookAfter },
  });
  try {
    await lookAfter();
    await announce(running);
    const { length } = sourceFolders(session, context);
    const built =
      length > 0 ? `${length} ${length === 1 ? 'folder' : 'folders'} of what is mounted` : 'what is mounted';
    session.say(`watching ${built}, and the files of the stack\n`);
    // What changed while the stack was starting.
    queue.changed();
    await follow(running, logs, { restarting, gone, goesOn: true });
    return true;
  } finally {
    await Promise.all([sources.close(), places.close(), queue.close()]);
  }
}
