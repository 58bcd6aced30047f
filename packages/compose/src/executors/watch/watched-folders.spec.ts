import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WatchedFolders } from './watched-folders.js';

const folders: string[] = [];
const watched: WatchedFolders[] = [];
afterEach(async () => {
  for (const one of watched.splice(0)) await one.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Creates a folder with files and subfolders, a watcher, and the list of paths that it reports. */
function fresh(): { folder: string; seen: string[]; watch: WatchedFolders } {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-watched-'));
  folders.push(folder);
  for (let index = 0; index < 8; index++) {
    mkdirSync(join(folder, `folder-${index}`));
    writeFileSync(join(folder, `folder-${index}`, 'file'), '');
    writeFileSync(join(folder, `file-${index}`), '');
  }
  const seen: string[] = [];
  const watch = new WatchedFolders({}, (path) => seen.push(path));
  watched.push(watch);
  return { folder, seen, watch };
}

describe('WatchedFolders', () => {
  it('reports a file that is added while already watched folders are added again', async () => {
    const one = fresh();
    await one.watch.add([one.folder]);
    for (let index = 0; index < 100; index++) {
      void one.watch.add([one.folder]);
      // At another moment of that each time.
      for (let turn = 0; turn < index % 15; turn++) await nextTurn();
      const file = join(one.folder, `new-${index}`);
      writeFileSync(file, '');
      await expect.poll(() => one.seen, { interval: 5 }).toContain(file);
    }
  });

  it('watches a recreated folder, and skips a missing one', async () => {
    const { folder, seen, watch } = fresh();
    const inner = join(folder, 'folder-0');
    await watch.add([inner, join(folder, 'nowhere')]);
    rmSync(inner, { recursive: true });
    await expect.poll(() => seen).toContain(inner);
    mkdirSync(inner);
    await watch.add([inner]);
    const file = join(inner, 'again');
    writeFileSync(file, '');
    await expect.poll(() => seen).toContain(file);
  });

  it.each([
    ['reports', { attributes: true }, true],
    ['ignores', {}, false],
  ])('%s a change of mode with the options %j', async (_title, options, isReported) => {
    const { folder } = fresh();
    const file = join(folder, 'file-0');
    const seen: string[] = [];
    const watch = new WatchedFolders(options, (path) => seen.push(path));
    watched.push(watch);
    await watch.add([folder]);
    // A file whose access time is later than its modification time, like one that was checked.
    utimesSync(file, 2, 1);
    writeFileSync(join(folder, 'before'), '');
    await expect.poll(() => seen).toContain(join(folder, 'before'));
    seen.length = 0;
    chmodSync(file, 0o700);
    writeFileSync(join(folder, 'afterwards'), '');
    await expect.poll(() => seen).toContain(join(folder, 'afterwards'));
    expect(seen.includes(file)).toBe(isReported);
  });

  // Limits of a separate user namespace: namespaces(7), "The /proc/sys/user directory".
  const limit = [
    '--user',
    '--map-root-user',
    'sh',
    '-c',
    'echo 4 > /proc/sys/user/max_inotify_watches; exec "$@"',
    'sh',
  ];
  const mayLimit = spawnSync('unshare', [...limit, 'true']).status === 0;

  it.skipIf(!mayLimit)('reports the inotify limit when it is reached', () => {
    const { folder } = fresh();
    const compiled = join(import.meta.dirname, '../../../dist/executors/watch/watched-folders.js');
    const program = `
      import { WatchedFolders } from ${JSON.stringify(compiled)};
      const folders = new WatchedFolders({}, () => undefined);
      await folders.add([${JSON.stringify(folder)}]).catch(({ code, why }) => console.log(code, why));
      await folders.close();`;
    const output = execFileSync('unshare', [
      ...limit,
      process.execPath,
      '--input-type=module',
      '--eval',
      program,
    ]);
    expect(output.toString()).toBe(
      'FOLDER_NOT_WATCHED the system limit for watched files (fs.inotify.max_user_watches) is reached\n',
    );
  });
});
