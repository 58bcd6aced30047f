import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { contentsOf, glibcVersionIn, readImageEntries, stackEntries } from './image-contents.js';

type Entry = readonly [path: string, content: string | { readonly to: string } | { readonly folder: true }];

/** Returns a tar file as a stream. */
function tarOf(entries: Iterable<Entry>): AsyncIterable<Uint8Array> {
  const archive = pack();
  for (const [name, content] of entries) {
    if (typeof content === 'string') archive.entry({ name }, content);
    else if ('to' in content) archive.entry({ name, type: 'symlink', linkname: content.to });
    else archive.entry({ name, type: 'directory' });
  }
  archive.finalize();
  return archive as AsyncIterable<Uint8Array>;
}

async function contents(entries: Iterable<Entry>) {
  return contentsOf(await readImageEntries(tarOf(entries)));
}

const banner = 'GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\nCopyright';

it('reads an image with merged /usr, as in Debian', async () => {
  const found = await contents([
    ['lib', { to: 'usr/lib' }],
    ['lib64', { to: 'usr/lib64' }],
    ['usr/lib64/ld-linux-x86-64.so.2', { to: '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2' }],
    ['usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', 'ELF'],
    ['usr/lib/x86_64-linux-gnu/libc.so.6', banner],
    ['usr/lib/x86_64-linux-gnu/libz.so.1', { to: 'libz.so.1.2.13' }],
    ['usr/lib/x86_64-linux-gnu/libz.so.1.2.13', 'ELF'],
    ['usr/lib/x86_64-linux-gnu/libgone.so.1', { to: 'libgone.so.1.0' }],
    ['opt/app/libprivate.so', 'ELF'],
    ['opt/extra/libextra.so.1', 'ELF'],
    ['etc/ld.so.conf', 'include /etc/ld.so.conf.d/*.conf\n'],
    ['etc/ld.so.conf.d/extra.conf', '# more\n/opt/extra\n'],
  ]);
  expect(found.glibc).toBe('2.36');
  expect(found.musl).toBe(false);
  expect(found.loaders).toContain('/lib64/ld-linux-x86-64.so.2');
  const names = found.libraries.flatMap((entry) => entry.names);
  expect(names).toContain('libz.so.1');
  expect(names).toContain('libextra.so.1');
  expect(names).not.toContain('libgone.so.1');
  expect(names).not.toContain('libprivate.so');
});

it('reads a musl image', async () => {
  const found = await contents([
    ['lib/ld-musl-x86_64.so.1', 'ELF'],
    ['lib/libc.musl-x86_64.so.1', { to: 'ld-musl-x86_64.so.1' }],
    ['usr/lib/libssl.so.3', 'ELF'],
  ]);
  expect(found).toMatchObject({ glibc: undefined, musl: true, loaders: ['/lib/ld-musl-x86_64.so.1'] });
  expect(found.libraries.flatMap((entry) => entry.names)).toContain('libssl.so.3');
});

it('reads an image without libraries and with circular links', async () => {
  const found = await contents([
    ['lib', { to: 'lib2' }],
    ['lib2', { to: 'lib' }],
    ['app', 'ELF'],
  ]);
  expect(found).toEqual({ loaders: [], libraries: [], glibc: undefined, musl: false });
});

it.each([
  [banner, '2.36'],
  ['GNU C Library (Ubuntu GLIBC 2.39-0ubuntu8) stable release version 2.39.', '2.39'],
  ['another libc', undefined],
])('glibcVersionIn(%s)', (text, expected) => {
  expect(glibcVersionIn(Buffer.from(`\0\0${text}\0`))).toBe(expected);
});

it('keeps only the beginning of an oversized libc.so.6', async () => {
  const huge = `${banner}${'x'.repeat(64 << 20)}`;
  expect(await contents([['lib/libc.so.6', huge]])).toMatchObject({ glibc: '2.36' });
  const late = `${'x'.repeat(40 << 20)}${banner}`;
  expect(await contents([['lib/libc.so.6', late]])).toMatchObject({ glibc: undefined });
});

it('rejects an image with too many link names, and stops reading', async () => {
  const tar = await buffer(Readable.from(tarOf([[`lib${'x'.repeat(4_000)}.so`, { to: 'y' }]])));
  const entry = tar.subarray(0, -1_024);
  let taken = 0;
  function* endless() {
    for (; ; taken++) yield entry;
  }
  await expect(readImageEntries(Readable.from(endless()))).rejects.toThrow('more than 64.0 MiB');
  expect(taken).toBeGreaterThan(1_000);
});

it('reads a layer whose last block is not full, as umoci writes it', async () => {
  const tar = await buffer(Readable.from(tarOf([['etc/passwd', 'root:x:0:0']])));
  const layer = tar.subarray(0, 512 + 'root:x:0:0'.length);
  expect((await readImageEntries(Readable.from([layer]))).texts.get('etc/passwd')).toBe('root:x:0:0');
});

it('fails on a truncated tar file', async () => {
  const tar = await buffer(Readable.from(tarOf([['lib/libz.so', 'ELF'.repeat(1_000)]])));
  await expect(readImageEntries(Readable.from([tar.subarray(0, 1_000)]))).rejects.toThrow(
    'Unexpected end of data',
  );
});

it.each<[name: string, entries: (size: number) => Iterable<Entry>]>([
  [
    'as many loaders as links to their folder',
    function* (size) {
      for (let index = 0; index < size; index++) {
        yield [`l${index}`, { to: 'lib' }];
        yield [`lib/ld-${index}.so`, ''];
      }
    },
  ],
  [
    'links that pass through other links',
    function* (size) {
      for (let index = 0; index < size; index++) yield [`lib${index}.so`, { to: `lib${index + 1}.so` }];
    },
  ],
  [
    'long link targets',
    function* (size) {
      for (let index = 0; index < size / 50; index++)
        yield [`lib${index}.so`, { to: `${'a/'.repeat(2_000)}lib${index + 1}.so` }];
    },
  ],
])('runs in linear time for %s', async (_, entries) => {
  const started = process.cpuUsage();
  await contents(entries(5_000));
  const { user } = process.cpuUsage(started);
  expect(user / 1_000_000).toBeLessThan(5);
});

it('looks at 100 loaders and 100 links to the folder of each', () => {
  const many = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}${at}`);
  const loadersOf = (loaders: number, links: number) => {
    const to = new Map(many(links, 'link').map((link) => [link, 'lib'] as const));
    const files = many(loaders, 'lib/ld-').map((path) => `${path}.so`);
    return contentsOf({
      files,
      folders: [],
      links: to,
      texts: new Map(),
      glibcVersions: new Map(),
      removed: [],
      emptied: [],
    }).loaders;
  };
  expect(loadersOf(50, 0)).toHaveLength(50);
  expect(loadersOf(1_000, 0)).toHaveLength(100);
  expect(loadersOf(1, 1_000)).toHaveLength(101);
  expect(loadersOf(1_000, 1_000)).toHaveLength(100 * 101);
});

it('stacks layers: a later one replaces, removes, and empties folders of those below', async () => {
  const layers = [
    [
      ['usr/lib/', { folder: true }],
      ['srv/gone', { folder: true }],
      ['usr/lib/libkept.so.1', 'ELF'],
      ['usr/lib/libremoved.so.1', 'ELF'],
      ['usr/lib/libc.so.6', banner],
      ['opt/old/libold.so', 'ELF'],
      ['etc/passwd', 'root:x:0:0'],
    ],
    [
      ['usr/lib', { folder: true }],
      ['opt', { folder: true }],
      ['srv/.wh.gone', ''],
      ['usr/lib/.wh.libremoved.so.1', ''],
      ['opt/old/.wh..wh..opq', ''],
      ['opt/old/libnew.so', 'ELF'],
      ['usr/lib/libc.so.6', banner.replaceAll('2.36', '2.41')],
      ['etc/passwd', 'app:x:1:1'],
    ],
  ] satisfies Entry[][];
  const stacked = stackEntries(await Promise.all(layers.map((entries) => readImageEntries(tarOf(entries)))));
  expect([...stacked.files].sort()).toEqual([
    'opt/old/libnew.so',
    'usr/lib/libc.so.6',
    'usr/lib/libkept.so.1',
  ]);
  expect([...stacked.folders].sort()).toEqual(['opt', 'usr/lib']);
  expect(contentsOf(stacked).glibc).toBe('2.41');
  expect(stacked.texts.get('etc/passwd')).toBe('app:x:1:1');
});
