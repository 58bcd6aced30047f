import { closeSync, fstatSync, openSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { fileSource } from './bytes/byte-source.js';
import { parseObjectFile, readObjectFile } from './read.js';
import { countingSource, output, Samples } from './samples.spec.helper.js';

let samples: Samples;
beforeAll(async () => {
  samples = await Samples.create();
});
afterAll(() => samples.dispose());

const expectWhy = (what: Promise<unknown>, why: string) =>
  expect(what).rejects.toThrow(
    expect.objectContaining({ name: 'ObjectFileError', why: expect.stringContaining(why) as string }),
  );

describe('readObjectFile: other files', () => {
  it.each([
    { content: '', why: 'the file is empty' },
    { content: 'a mill', why: 'it is text' },
    { content: 'a', why: 'it is text' },
    { content: '#!/bin/sh\n', why: 'a script' },
    { content: '!<arch>\n', why: 'an archive (ar)' },
    { content: '\0asm\x01\0\0\0', why: 'a WebAssembly module' },
    { content: 'version https://git-lfs', why: 'Git LFS' },
    { content: '\x01\x02\x03\x04', why: 'begins with the bytes 01020304' },
    { content: '\x7fELF', why: 'the ELF identification would be bytes 0 to 16 of 4' },
    { content: 'MZ\x90\0', why: 'the DOS header would be bytes 0 to 64 of 4' },
    { content: '\x7fELF\x09'.padEnd(64, '\0'), why: 'its ELF class is 9' },
    { content: '\x7fELF\x02\x07'.padEnd(64, '\0'), why: 'its byte order is 7' },
    { content: 'MZ'.padEnd(128, '\0'), why: 'a DOS program' },
  ])('$why', async ({ content, why }) => {
    const path = samples.path('no-object');
    await writeFile(path, content, 'latin1');
    await expectWhy(readObjectFile(path), why);
  });

  it('a Java class, which starts like a universal file', async () => {
    const path = samples.path('Mill.class');
    await writeFile(path, Buffer.from('cafebabe0000003d', 'hex'));
    await expectWhy(readObjectFile(path), 'a Java class');
  });

  it('a missing file, a folder, a path through a file, a circle of links', async () => {
    const [folder, file, link] = [samples.path('folder'), samples.path('file'), samples.path('link')];
    await mkdir(folder);
    await writeFile(file, '');
    await symlink(link, link);
    await expectWhy(readObjectFile(samples.path('missing')), 'there is no such file');
    await expectWhy(readObjectFile(folder), 'it is a folder');
    await expectWhy(readObjectFile(`${file}/inner`), 'is a file, not a folder');
    await expectWhy(readObjectFile(link), 'a circle of symbolic links');
  });
});

describeWithTool(describe, ['mkfifo'], 'readObjectFile: a named pipe', () => {
  it('is rejected without waiting for a writer', async () => {
    const pipe = samples.path('pipe');
    await output('mkfifo', [pipe]);
    await expectWhy(readObjectFile(pipe), 'a device, a socket or a pipe');
  });
});

describe('parseObjectFile', () => {
  it('reads less than a hundredth of a large program', () => {
    const descriptor = openSync(process.execPath, 'r');
    try {
      const file = fileSource(descriptor, fstatSync(descriptor).size, 'node');
      const { source, work } = countingSource(file);
      expect(parseObjectFile(source).kind).toBe('executable');
      expect(work.bytes).toBeLessThan(file.size / 100);
    } finally {
      closeSync(descriptor);
    }
  });
});
