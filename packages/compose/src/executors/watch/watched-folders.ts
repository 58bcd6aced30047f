import { join } from 'node:path';
import { type MillwrightError, printError, statOf } from '@millwright/toolkit';
import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { composeError } from '../../errors.js';

/** The files in a folder to watch. */
interface Watching extends Pick<ChokidarOptions, 'depth' | 'ignored'> {
  /** True to also report changes of mode and owner, which chokidar ignores. */
  readonly attributes?: boolean;
}

/** Reports each file in the watched folders that is changed, added or removed. */
export class WatchedFolders {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(
    private readonly options: Watching,
    private readonly onChange: (path: string) => void,
  ) {}

  /**
   * Watches additional folders. Skips missing and already watched ones: chokidar would read those again,
   * and take a file that is added meanwhile for an existing one.
   * @returns a promise that resolves once changes are reported
   * @throws MillwrightError FOLDER_NOT_WATCHED
   */
  async add(folders: readonly string[]): Promise<void> {
    const added = [...new Set(folders)].filter(
      (folder) => !this.watchers.has(folder) && statOf(folder)?.isDirectory(),
    );
    await Promise.all(added.map((folder) => this.watch(folder)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.watchers.values()].map((watcher) => watcher.close()));
  }

  private watch(folder: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const { attributes = false, ...options } = this.options;
    const watcher = watch(folder, { ...options, ignoreInitial: true });
    this.watchers.set(folder, watcher);
    let fail = reject;
    watcher.on('ready', () => {
      resolve(undefined);
      fail = (error) => {
        printError(error);
      };
    });
    // chokidar reports an error for each file. The first one is sufficient.
    watcher.once('error', (error) => {
      watcher.on('error', () => undefined);
      fail(notWatched(folder, error));
    });
    if (attributes) {
      watcher.on('raw', (event, name, details) => {
        if (event !== 'change') return;
        // The system reports a changed file by folder and name, or by its own path.
        const { watchedPath } = details as { watchedPath: string };
        this.onChange(watchedPath);
        this.onChange(join(watchedPath, name));
      });
    }
    watcher.on('all', (event, path) => {
      // A recreated folder must be watched anew.
      if (event === 'unlinkDir' && path === folder) this.forget(folder, watcher);
      this.onChange(path);
    });
    return promise;
  }

  private forget(folder: string, watcher: FSWatcher): void {
    this.watchers.delete(folder);
    void watcher.close();
  }
}

function notWatched(folder: string, error: unknown): MillwrightError {
  const { code, message } = error as NodeJS.ErrnoException;
  const why =
    code === 'ENOSPC'
      ? 'the system limit for watched files (fs.inotify.max_user_watches) is reached'
      : message;
  return composeError('FOLDER_NOT_WATCHED', {
    what: `cannot watch the folder ${folder}`,
    why,
    cause: error,
  });
}
