import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { afterAll, expect, it } from 'vitest';
import { contentsOf, glibcVersionIn, readImageEntries } from './image-contents.js';

const folder = mkdtempSync(join(tmpdir(), 'image-contents-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Entry = readonly [path: string, content: string | { readonly to: string }];

async function contents(entries: readonly Entry[]) {
  const path = join(folder, `${entries.length}.tar`);
  const archive = pack();
  const file = archive.pipe(createWriteStream(path));
  for (const [name, content] of entries) {
    if (typeof content === 'string') archive.entry({ name }, content);
    else archive.entry({ name, type: 'symlink', linkname: content.to });
  }
  archive.finalize();
  await finished(file);
  return contentsOf(await readImageEntries(path));
}

const banner = 'GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\nCopyright';

it('reads an image with merged folders, as Debian has them', async () => {
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

it('reads an image with musl', async () => {
  const found = await contents([
    ['lib/ld-musl-x86_64.so.1', 'ELF'],
    ['lib/libc.musl-x86_64.so.1', { to: 'ld-musl-x86_64.so.1' }],
    ['usr/lib/libssl.so.3', 'ELF'],
  ]);
  expect(found).toMatchObject({ glibc: undefined, musl: true, loaders: ['/lib/ld-musl-x86_64.so.1'] });
  expect(found.libraries.flatMap((entry) => entry.names)).toContain('libssl.so.3');
});

it('reads an image without any library, and survives links in a circle', async () => {
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
