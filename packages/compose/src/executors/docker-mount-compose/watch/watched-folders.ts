import { formatError, MillwrightError, statOf } from '@millwright/toolkit';
import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';

/** Tells of each file that changes, comes or goes in some folders. */
export class WatchedFolders {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(
    private readonly options: Pick<ChokidarOptions, 'depth' | 'ignored'>,
    private readonly onChange: (path: string) => void,
  ) {}

  /**
   * Watches more folders, those that are there, and each once: given to chokidar again, a folder is read again, and a
   * file that comes meanwhile is taken for one that was there.
   * @returns once each change in them is told of
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
    const watcher = watch(folder, { ...this.options, ignoreInitial: true });
    this.watchers.set(folder, watcher);
    let fail = reject;
    watcher.on('ready', () => {
      resolve(undefined);
      fail = (error) => {
        console.error(formatError(error));
      };
    });
    // One for each file: the first says it all.
    watcher.once('error', (error) => {
      watcher.on('error', () => undefined);
      fail(notWatched(folder, error));
    });
    watcher.on('all', (event, path) => {
      // Should it come again, it is another folder to the system.
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
      ? "the system's limit of watched files (fs.inotify.max_user_watches) is reached"
      : message;
  return new MillwrightError('FOLDER_NOT_WATCHED', {
    what: `${folder} cannot be watched`,
    why,
    cause: error,
  });
}
