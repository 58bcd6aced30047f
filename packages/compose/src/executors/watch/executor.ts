import { dirname } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { buildFirst } from '../../lifecycle/build.js';
import { follow } from '../../following/follow.js';
import { LogFollower } from '../../following/logs.js';
import { open, type Session } from '../../session/session.js';
import { withRun } from '../../lifecycle/run.js';
import { type RunningStack, startStack } from '../../lifecycle/start.js';
import { announce } from '../../following/announce.js';
import { readStackFiles, type StackFiles, mountedPaths } from './stack-files.js';
import { ignoredFolders } from './git-ignored.js';
import { Queue } from './queue.js';
import { sourceFolders, sourceProjects } from './source-folders.js';
import { isPruned, outputOfNx, outputsOf, SourceChanges, type SourceRules } from './sources.js';
import { Stamps } from './stamps.js';
import { Updater } from './updater.js';
import { WatchedFolders } from './watched-folders.js';

/**
 * Keeps the stack running and reacts to changes. A change of a source rebuilds the mounts. A change of a
 * mounted file, by that build or another program, checks it and restarts the services that mount it. A
 * change of the files that define the stack applies them.
 */
export async function watch(session: Session, context: ExecutorContext): Promise<boolean> {
  return withRun(session, async (run) => {
    const stackFiles = readStackFiles(session);
    const files = new Stamps(stackFiles.files);
    const opened = await open(session);
    await buildFirst(opened, context, run.signal);
    const mounted = new Stamps(mountedPaths(opened));
    const running = await startStack(opened, run);
    return watchRunning(running, context, { stackFiles, files, mounted });
  });
}

/** The state of the stack's files before it started. */
interface InitialState {
  readonly stackFiles: StackFiles;
  readonly files: Stamps;
  readonly mounted: Stamps;
}

async function watchRunning(
  running: RunningStack,
  context: ExecutorContext,
  { stackFiles, files, mounted }: InitialState,
): Promise<boolean> {
  const { session } = running;
  const restarting = new Set<string>();
  const logs = new LogFollower(running);
  const queue = new Queue(() => updater.update());
  // Watches folders, because an editor may replace a file instead of writing to it.
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
    // The stack can be in the folder of a project that it mounts.
    if (files.has(path)) return;
    changes.add(path);
    queue.changed();
  });
  const watchFolders = async () => {
    const folders = [...files.paths, ...mounted.paths].map((path) => dirname(path));
    await Promise.all([places.add(folders), sources.add(sourceFolders(running.session, context))]);
  };
  const gone = new Set<string>();
  const updater = new Updater(running, {
    ...{ context, logs, restarting, gone, stackFiles, files, mounted, changes, watchFolders },
  });
  try {
    await watchFolders();
    await announce(running);
    const { length } = sourceFolders(session, context);
    const built =
      length > 0
        ? `${length} source ${length === 1 ? 'folder' : 'folders'} of the mounted binaries`
        : 'the mounted files';
    session.print(`watching ${built}, and the files of the stack\n`);
    // Handles changes that happened during the start.
    queue.changed();
    await follow(running, logs, { restarting, gone, keepsRunning: true });
    return true;
  } finally {
    await Promise.all([sources.close(), places.close(), queue.close()]);
  }
}
