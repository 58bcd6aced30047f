import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { archive, type Member, result } from './archive.spec.helper.js';
import { inspectEntry } from './inspect.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-inspect-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const limit = 2 ** 20;

async function inspect(content: Buffer): Promise<string | undefined> {
  const path = join(folder, 'entry');
  writeFileSync(path, content);
  return inspectEntry(path, limit);
}

describe('an archive is accepted', () => {
  it.each<[string, readonly Member[]]>([
    ['with no outputs', []],
    [
      'with files in folders',
      [
        { name: 'artifacts', type: 'directory' },
        { name: 'artifacts/app', content: 'x' },
      ],
    ],
    [
      'with a link within the workspace',
      [
        { name: 'a/b', content: 'x' },
        { name: 'a/c', type: 'symlink', linkname: 'b' },
      ],
    ],
    [
      'with a link to the folder above within the workspace',
      [{ name: 'a/b/c', type: 'symlink', linkname: '../d' }],
    ],
    ['with a long name', [{ name: `a/${'n'.repeat(180)}`, content: 'x' }]],
  ])('%s', async (_, members) => {
    expect(await inspect(await archive([...result, ...members]))).toBeUndefined();
  });
});

it('accepts what Nx 24.0.6 uploaded for a task with an output', async () => {
  const uploaded =
    'H4sIAAAAAAAA/+3VSwqDMBAG4FkXvMOs3LWNmjQ7r9AzBB8gVRtihB6/KtRSBTetluB8m4SQTTL8M8rYIleJbWA9jHEmhejWwXQd9oGIWCgCycP+XtARIGADbWOVQYRvTR/nCPWq/1lpfbIPC7/HAsYunC/UX0zrH4rubJNP3Hn9kzJTNZC9spmpilqV19bqdo3wLxjjL/nHLOgbAo+ciZDTYqxuaWHwqHEcBej7qE1R2xyH9oAxzsaEd/AOQJyX3NMM/uQd+Vn+o1BKIIQQQsg6nnTOqw0AEgAA';
  expect(await inspect(Buffer.from(uploaded, 'base64'))).toBeUndefined();
});

describe('an archive is refused', () => {
  it.each<[string, readonly Member[], string]>([
    ['with a path to the folder above', [{ name: '../x', content: 'x' }], 'leads outside the workspace'],
    ['with a path that leaves later', [{ name: 'a/../../x', content: 'x' }], 'leads outside the workspace'],
    ['with an absolute path', [{ name: '/etc/x', content: 'x' }], 'leads outside the workspace'],
    ['with an absolute link', [{ name: 'a', type: 'symlink', linkname: '/etc' }], 'the link a leads outside'],
    [
      'with a link out of the workspace',
      [{ name: 'a/b', type: 'symlink', linkname: '../../x' }],
      'the link a/b leads outside',
    ],
    [
      'with a link out of the workspace through another link',
      [
        { name: 'a/b/c', type: 'symlink', linkname: '../../s' },
        { name: 'k', type: 'symlink', linkname: 'a/b/c/../..' },
      ],
      'the link k leads outside',
    ],
    [
      'with a link in the place of a folder',
      [
        { name: 'a/b', content: 'x' },
        { name: 'a', type: 'symlink', linkname: 'c' },
      ],
      'the link a replaces a folder',
    ],
    ['with a second name of a file', [{ name: 'a/./b', content: 'x' }], 'is not in its shortest form'],
    [
      'with a file below a link of another case',
      [
        { name: 'A', type: 'symlink', linkname: 'b' },
        { name: 'a/c', content: 'x' },
      ],
      'a/c is below the link a',
    ],
    ['with a hard link', [{ name: 'a', type: 'link', linkname: 'code' }], 'it has a hard link'],
    ['with a device', [{ name: 'a', type: 'character-device' }], 'it has a character device'],
    ['with a pipe', [{ name: 'a', type: 'fifo' }], 'it has a FIFO'],
    [
      'with a file below a link',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'a/c', content: 'x' },
      ],
      'a/c is below the link a',
    ],
    [
      'with a name twice',
      [
        { name: 'a', content: 'x' },
        { name: 'a', content: 'y' },
      ],
      'it has a twice',
    ],
    [
      'that is too large when unpacked',
      [{ name: 'a', content: Buffer.alloc(limit + 1) }],
      'more than 1048576 bytes',
    ],
  ])('%s', async (_, members, problem) => {
    expect(await inspect(await archive([...result, ...members]))).toContain(problem);
  });

  it.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['without the exit code', () => archive(result.slice(1)), 'it has no member code'],
    ['without the output', () => archive(result.slice(0, 1)), 'it has no member terminalOutput'],
    ['with an exit code of another size', () => archive([{ name: 'code', content: '0' }]), 'has not 4 bytes'],
    [
      'with a link as its output',
      () => archive([...result.slice(0, 1), { name: 'terminalOutput', type: 'symlink', linkname: 'code' }]),
      'its member terminalOutput is no file',
    ],
    ['that is not compressed', () => Buffer.from('plain'), 'it is not compressed with gzip'],
    ['that is not a tar', () => gzipSync('text'), ''],
    ['that is cut off', async () => (await archive(result)).subarray(0, -12), 'unexpected end of file'],
    ['with data after its end', async () => Buffer.concat([await archive(result), Buffer.from('x')]), ''],
    ['that is empty', () => Buffer.alloc(0), ''],
  ])('%s', async (_, content, problem) => {
    const found = await inspect(await content());
    expect(found).toBeDefined();
    expect(found).toContain(problem);
  });
});

it.each(['ustar  \0', '\0\0\0\0\0\0\0\0'])(
  'refuses a start of the name in the format %j, which only some programs read',
  async (format) => {
    const tar = gunzipSync(await archive([...result, { name: 'app', content: '' }]));
    const header = tar.subarray(tar.indexOf('app\0'));
    header.write(format, 257, 'latin1');
    header.write('../x', 345, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    expect(await inspect(gzipSync(tar))).toBe('programs would read different members from it');
  },
);
