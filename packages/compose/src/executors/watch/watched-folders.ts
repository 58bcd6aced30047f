import { join } from 'node:path';
import { formatError, type MillwrightError, statOf } from '@millwright/toolkit';
import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { composeError } from '../../errors.js';

/** What is watched in a folder. */
interface Watching extends Pick<ChokidarOptions, 'depth' | 'ignored'> {
  /** Whether to report changes of mode and owner too, which chokidar ignores. */
  readonly attributes?: boolean;
}

/** Reports each file in some folders that changes, is added or is removed. */
export class WatchedFolders {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(
    private readonly options: Watching,
    private readonly onChange: (path: string) => void,
  ) {}

  /**
   * Watches more folders, those that are there, and each once: given to chokidar again, a folder is read again, and a
   * file that comes meanwhile is taken for one that was there.
   * @returns once changes in them are reported
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
        console.error(formatError(error));
      };
    });
    // One for each file: the first says it all.
    watcher.once('error', (error) => {
      watcher.on('error', () => undefined);
      fail(notWatched(folder, error));
    });
    if (attributes) {
      watcher.on('raw', (event, name, details) => {
        if (event !== 'change') return;
        // The system reports a change of a file by its folder and name, or by its own path.
        const { watchedPath } = details as { watchedPath: string };
        this.onChange(watchedPath);
        this.onChange(join(watchedPath, name));
      });
    }
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
  return composeError('FOLDER_NOT_WATCHED', {
    what: `${folder} cannot be watched`,
    why,
    cause: error,
  });
}
