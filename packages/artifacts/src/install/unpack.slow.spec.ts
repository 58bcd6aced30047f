import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveFormats, writeArchive } from '../archives/write.js';
import { defaultUnpackLimits } from './names.js';
import { formatOf } from './archive-name.js';
import { unpack } from './unpack.js';

let root: string;
const at = (path: string) => join(root, path);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unpack-'));
  mkdirSync(at('in/out'), { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

type Member = readonly [header: Partial<Header> & { readonly name: string }, content?: string];
const file = (name: string, content = 'x'): Member => [{ name }, content];

async function tarOf(...members: readonly Member[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content = ''] of members) archive.entry(header, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Writes a field of the first header of a tar archive, and corrects its checksum. */
function patched(tar: Buffer, offset: number, value: string): Buffer {
  tar.write(value, offset, 'latin1');
  tar.write('        ', 148);
  tar.write(
    `${tar
      .subarray(0, 512)
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return tar;
}

interface ZipMember {
  readonly name: string;
  readonly localName?: string;
  readonly content?: string;
  readonly mode?: number;
  readonly size?: number;
  readonly flags?: number;
  readonly offset?: number;
  readonly method?: number;
  readonly crc?: number;
  /** Fields of the local header alone. */
  readonly local?: { readonly method?: number; readonly size?: number; readonly flags?: number };
  /** Data after the member. */
  readonly gap?: string;
  /** The extra field in the central directory. */
  readonly extra?: Buffer;
}

/** A zip archive (APPNOTE 6.3.10) whose headers say whatever a test wants. */
function zipOf(members: readonly ZipMember[], { comment = '', before = '', after = '' } = {}): Buffer {
  const locals: Buffer[] = [Buffer.from(before)];
  const centrals: Buffer[] = [];
  for (const {
    name,
    localName = name,
    content = 'x',
    mode = 0o100644,
    size,
    flags = 0x800,
    offset,
    method = 8,
    crc,
    local = {},
    gap = '',
    extra = Buffer.alloc(0),
  } of members) {
    const data = deflateRawSync(content);
    const fields = Buffer.alloc(22);
    fields.writeUInt16LE(flags, 0);
    fields.writeUInt16LE(method, 2);
    fields.writeUInt32LE(crc ?? crc32(content), 8);
    fields.writeUInt32LE(data.length, 12);
    fields.writeUInt32LE(size ?? content.length, 16);
    fields.writeUInt16LE(Buffer.byteLength(localName), 20);
    const at = locals.reduce((sum, { length }) => sum + length, 0);
    const localFields = Buffer.from(fields);
    localFields.writeUInt16LE(local.flags ?? flags, 0);
    localFields.writeUInt16LE(local.method ?? method, 2);
    localFields.writeUInt32LE(local.size ?? size ?? content.length, 16);
    locals.push(
      Buffer.from('PK\x03\x04\x14\0', 'latin1'),
      localFields,
      Buffer.from('\0\0'),
      Buffer.from(localName),
      data,
      Buffer.from(gap),
    );
    const central = Buffer.alloc(16);
    central.writeUInt32LE((mode << 16) >>> 0, 8);
    central.writeUInt32LE(offset ?? at, 12);
    central.writeUInt16LE(extra.length, 0);
    const named = Buffer.from(fields);
    named.writeUInt16LE(Buffer.byteLength(name), 20);
    centrals.push(
      Buffer.from('PK\x01\x02\x14\x03\x14\0', 'latin1'),
      named,
      central,
      Buffer.from(name),
      extra,
    );
  }
  const start = locals.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(
    centrals.reduce((sum, { length }) => sum + length, 0),
    8,
  );
  end.writeUInt32LE(start, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([
    ...locals,
    ...centrals,
    Buffer.from('PK\x05\x06'),
    end,
    Buffer.from(comment + after),
  ]);
}

/** The field with a name in UTF-8 that Info-ZIP writes (APPNOTE 4.6.9). */
function unicodePath(name: string, path: string): Buffer {
  const field = Buffer.alloc(9 + Buffer.byteLength(path));
  field.writeUInt16LE(0x7075, 0);
  field.writeUInt16LE(field.length - 4, 2);
  field.writeUInt8(1, 4);
  field.writeUInt32LE(crc32(name), 5);
  field.write(path, 9);
  return field;
}

/** The blocks of an extension header of a tar archive. */
function extension(type: 'x' | 'L', content: Buffer | string): Buffer {
  const header = Buffer.alloc(512);
  header.write('extension');
  const size = Buffer.byteLength(content).toString(8).padStart(11, '0');
  header.write(['0000644', '0000000', '0000000', size, '00000000000', ''].join('\0'), 100);
  header.write('ustar\x0000', 257);
  const padding = Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512);
  return Buffer.concat([patched(header, 156, type), Buffer.from(content), padding]);
}

/** A record of a pax header, whose length counts itself. */
function pax(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = [1, 2, 3].find((digits) => String(rest.length + digits).length === digits) ?? 4;
  return `${rest.length + length}${rest}`;
}

/** Unpacks an archive into `in/out`. */
function unpackBytes(bytes: Buffer, name: string, limits = defaultUnpackLimits) {
  writeFileSync(at(name), bytes);
  return unpack(at(name), formatOf(name)?.format ?? 'zip', at('in/out'), name, limits);
}

it.each(archiveFormats)('unpacks a %s that was packaged here', async (format) => {
  writeFileSync(at('app'), Buffer.alloc(2_000_000, 'binary'));
  const members = [
    { name: 'app-1/app', source: at('app'), isExecutable: true },
    { name: `app-1/ü/${'long '.repeat(40)}x`, source: at('app'), isExecutable: false },
  ];
  await writeArchive(at(`a.${format}`), members, format, 1_700_000_000);
  expect(await unpack(at(`a.${format}`), format, at('in/out'), 'a')).toEqual(['app-1/app']);
  expect(readFileSync(at('in/out/app-1/app'))).toEqual(readFileSync(at('app')));
  expect(statSync(at('in/out/app-1/app')).mode & 0o7777).toBe(0o755);
});

it.each([
  ['tar.gz', ['tar', '-czf']],
  ['tar.zst', ['tar', '--zstd', '-cf']],
  ['zip', ['zip', '-qr']],
] as const)(
  'unpacks a %s of the usual program, with folders and long names',
  async (format, [command, ...args]) => {
    const name = 'n'.repeat(120);
    mkdirSync(at('app/empty'), { recursive: true });
    writeFileSync(at(`app/${name}`), 'text', { mode: 0o4755 });
    execFileSync(command, [...args, at(`a.${format}`), 'app'], { cwd: root });
    await unpack(at(`a.${format}`), format, at('in/out'), 'a');
    expect(readdirSync(at('in/out/app')).sort()).toEqual(['empty', name]);
    expect(statSync(at(`in/out/app/${name}`)).mode & 0o7777).toBe(0o755);
  },
);

it.each([
  [
    'the program that is named, if the archive marks none',
    [{ name: 'x/app' }, { name: 'x/README' }],
    ['x/app'],
  ],
  ['programs of Windows', [{ name: 'app.exe' }, { name: 'app' }], ['app.exe']],
  ['only those that the archive marks', [{ name: 'app' }, { name: 'tool', mode: 0o100755 }], ['tool']],
])('makes executable: %s', async (_, members, programs) => {
  writeFileSync(at('a.zip'), zipOf(members.map((member) => ({ mode: 0, ...member }))));
  expect(await unpack(at('a.zip'), 'zip', at('in/out'), 'a', defaultUnpackLimits, 'app')).toEqual(programs);
  for (const { name } of members)
    expect(statSync(at(`in/out/${name}`)).mode & 0o7777).toBe(programs.includes(name) ? 0o755 : 0o644);
});

it('unpacks a zip with data descriptors, as Go and streaming programs write it', async () => {
  const members = ['a', 'b'].map((name) => ({ name, flags: 0x808, local: { size: 0 }, gap: 'x'.repeat(16) }));
  writeFileSync(at('a.zip'), zipOf(members));
  await unpack(at('a.zip'), 'zip', at('in/out'), 'a');
  expect(readdirSync(at('in/out')).sort()).toEqual(['a', 'b']);
});

it('unpacks a tar of the folder `.`, whose members begin with `./`', async () => {
  mkdirSync(at('app/bin'), { recursive: true });
  writeFileSync(at('app/bin/tool'), 'text', { mode: 0o755 });
  execFileSync('tar', ['--create', '--gzip', '--file', at('a.tar.gz'), '.'], { cwd: at('app') });
  await unpack(at('a.tar.gz'), 'tar.gz', at('in/out'), 'a');
  expect(readdirSync(at('in/out'), { recursive: true }).sort()).toEqual(['bin', 'bin/tool']);
});

const names: readonly (readonly [title: string, name: string])[] = [
  ['a path to the folder above', '../x'],
  ['a path that leaves the folder later', 'a/../../x'],
  ['a path with a dot', './../x'],
  ['a path with two dots and slashes', '././x'],
  ['an absolute path behind a dot', './/x'],
  ['an absolute path', '/tmp/x'],
  ['an absolute path with two slashes', '//x'],
  ['a drive of Windows', 'C:/x'],
  ['a path relative to a drive', 'C:x'],
  ['a backslash', 'a\\..\\x'],
  ['an alternate data stream', 'a:x'],
  ['a device of Windows', 'NUL'],
  ['a device of Windows with an ending', 'a/com1.txt'],
  ['a name that ends with a dot', 'x.'],
  ['a name that ends with a space', 'x /y'],
  ['an empty part', 'a//x'],
  ['a control character', 'a\u001b[2Jx'],
  ['a line feed', 'a\nx'],
  ['a name that is too long', 'x'.repeat(300)],
  ['a path that is too long', `${'x'.repeat(200)}/`.repeat(6) + 'x'],
];

/** Each gives the bytes of an archive, and what the reason has to say. */
const hostile: readonly (readonly [
  title: string,
  name: string,
  archive: () => Buffer | Promise<Buffer>,
  why: RegExp,
])[] = [
  ...names.map(
    ([title, name]) =>
      [
        `a tar with ${title}`,
        'a.tar.gz',
        async () => gzipSync(await tarOf(file('ok'), file(name))),
        /name/,
      ] as const,
  ),
  ...names.map(
    ([title, name]) =>
      [
        `a zip with ${title}`,
        'a.zip',
        () => zipOf([{ name: 'ok' }, { name }]),
        /name|path|characters/,
      ] as const,
  ),
  ...(['symlink', 'link', 'character-device', 'block-device', 'fifo'] as const).map(
    (type) =>
      [
        `a tar with a ${type}`,
        'a.tar.gz',
        async () => gzipSync(await tarOf([{ name: 'l', type, linkname: '/etc/passwd' }], file('l/x'))),
        /only files and folders/,
      ] as const,
  ),
  ...([0o120777, 0o020666, 0o060666, 0o010666, 0o140666] as const).map(
    (mode) =>
      [
        `a zip with a member of mode ${mode.toString(8)}`,
        'a.zip',
        () => zipOf([{ name: 'l', content: '/etc/passwd', mode }]),
        /only files and folders/,
      ] as const,
  ),
  ['a tar with a name twice', 'a.tar.gz', async () => gzipSync(await tarOf(file('a'), file('a'))), /twice/],
  [
    'a tar with names that differ in case',
    'a.tar.gz',
    async () => gzipSync(await tarOf(file('a'), file('A'))),
    /twice/,
  ],
  [
    'a tar with names that are equal in upper case only',
    'a.tar.gz',
    async () => gzipSync(await tarOf(file('\u017f'), file('s'))),
    /twice/,
  ],
  [
    'a tar with names that differ in normalization',
    'a.tar.gz',
    async () => gzipSync(await tarOf(file('\u00fc'), file('u\u0308'))),
    /twice/,
  ],
  ['a zip with a name twice', 'a.zip', () => zipOf([{ name: 'a' }, { name: 'A' }]), /twice/],
  [
    'a tar with a file below a file',
    'a.tar.gz',
    async () => gzipSync(await tarOf(file('a'), file('A/b'))),
    /inside another member/,
  ],
  [
    'a tar without files',
    'a.tar.gz',
    async () => gzipSync(await tarOf([{ name: 'a', type: 'directory' }])),
    /no files/,
  ],
  ['an empty tar', 'a.tar.gz', () => gzipSync(Buffer.alloc(1024)), /no files/],
  ['an empty file', 'a.tar.gz', () => Buffer.alloc(0), /not compressed with gzip/],
  ['an empty zip', 'a.zip', () => Buffer.alloc(0), /not found/],
  ['a text', 'a.tar.gz', () => Buffer.from('no archive'), /^it is not compressed with gzip$/],
  [
    'a program with the name of an archive',
    'a.tar.zst',
    () => Buffer.from('no archive'),
    /^it is not compressed with zstd$/,
  ],
  ['a gzip of a text', 'a.tar.gz', () => gzipSync('no archive'.repeat(100)), /number|unknown|only files/],
  [
    'a tar that is cut off',
    'a.tar.gz',
    async () => gzipSync((await tarOf(file('a'))).subarray(0, 900)),
    /truncated|end of data/,
  ],
  [
    'a tar without its end',
    'a.tar.gz',
    async () => gzipSync((await tarOf(file('a'))).subarray(0, 1024)),
    /truncated/,
  ],
  [
    'a gzip that is cut off',
    'a.tar.gz',
    async () => gzipSync(await tarOf(file('a'))).subarray(0, 80),
    /end of file/,
  ],
  [
    'a gzip with another checksum',
    'a.tar.gz',
    async () => {
      const bytes = gzipSync(await tarOf(file('a')));
      bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
      return bytes;
    },
    /data check/,
  ],
  [
    'a zstd that is cut off',
    'a.tar.zst',
    async () => zstdCompressSync(await tarOf(file('a'))).subarray(0, 30),
    /./,
  ],
  ['a zip that is cut off', 'a.zip', () => zipOf([{ name: 'a' }]).subarray(0, 40), /not found/],
  [
    'a gzip with data after its end',
    'a.tar.gz',
    async () => Buffer.concat([gzipSync(await tarOf(file('a'))), Buffer.from('more')]),
    /incorrect header/,
  ],
  [
    'a gzip with zeros after its end',
    'a.tar.gz',
    async () => Buffer.concat([gzipSync(await tarOf(file('a'))), Buffer.alloc(512)]),
    /after its end/,
  ],
  [
    'a zstd with data after its end',
    'a.tar.zst',
    async () => Buffer.concat([zstdCompressSync(await tarOf(file('a'))), Buffer.from('more')]),
    /./,
  ],
  [
    'a second gzip after the first',
    'a.tar.gz',
    async () => Buffer.concat([gzipSync(await tarOf(file('a'))), gzipSync(await tarOf(file('b')))]),
    /after its end/,
  ],
  [
    'a tar after a tar',
    'a.tar.gz',
    async () => gzipSync(Buffer.concat([await tarOf(file('a')), await tarOf(file('b'))])),
    /after its end/,
  ],
  ['a zip with data after its end', 'a.zip', () => zipOf([{ name: 'a' }], { after: 'more' }), /end/],
  [
    'a zip with data before its start',
    'a.zip',
    () => zipOf([{ name: 'a' }], { before: '#!/bin/sh\n' }),
    /before its start/,
  ],
  ['a zip with a comment', 'a.zip', () => zipOf([{ name: 'a' }], { comment: 'more' }), /comment/],
  ['a zip whose members overlap', 'a.zip', () => zipOf([{ name: 'a' }, { name: 'a', offset: 0 }]), /overlap/],
  [
    'a zip with two names for a member',
    'a.zip',
    () => zipOf([{ name: 'a', localName: 'b' }]),
    /two different names/,
  ],
  ['a zip with another size than it says', 'a.zip', () => zipOf([{ name: 'a', size: 5 }]), /bytes/],
  ['a zip that is encrypted', 'a.zip', () => zipOf([{ name: 'a', flags: 0x801 }]), /encrypted/],
  ['a zip with another compression', 'a.zip', () => zipOf([{ name: 'a', method: 12 }]), /compression/],
  ['a zip whose folder is a file', 'a.zip', () => zipOf([{ name: 'a/', content: '' }]), /folder at once/],
  [
    'a tar with a size in base 256',
    'a.tar.gz',
    async () => gzipSync(patched(await tarOf(file('a')), 124, '\x80\0\0\0\0\0\0\0\0\0\0\x01')),
    /not a number/,
  ],
  [
    'a tar with a negative size',
    'a.tar.gz',
    async () => gzipSync(patched(await tarOf(file('a')), 124, '-0000000001\0')),
    /not a number|checksum/,
  ],
  [
    'a tar with two sizes for a member',
    'a.tar.gz',
    async () => gzipSync(await tarOf([{ name: 'a', pax: { size: '512' } }, 'x'])),
    /two different sizes/,
  ],
  [
    'a tar with a global header',
    'a.tar.gz',
    async () => gzipSync(patched(await tarOf(file('a')), 156, 'g')),
    /global header/,
  ],
  [
    'a tar with a sparse file',
    'a.tar.gz',
    async () => gzipSync(patched(await tarOf(file('a')), 156, 'S')),
    /sparse file/,
  ],
  ...(['../x', '/x', '', 'a/../../x'] as const).map(
    (path) =>
      [
        `a tar with the name ${JSON.stringify(path)} in a header of GNU`,
        'a.tar.gz',
        async () =>
          gzipSync(Buffer.concat([extension('L', `${path}\0`), await tarOf(file(path === '' ? '' : 'ok'))])),
        /name/,
      ] as const,
  ),
  [
    'a tar with a path out of the folder in a header of pax',
    'a.tar.gz',
    async () => gzipSync(Buffer.concat([extension('x', pax('path', '../x')), await tarOf(file('ok'))])),
    /name/,
  ],
  [
    'a tar with a name of pax and one of GNU for a member',
    'a.tar.gz',
    async () =>
      gzipSync(
        Buffer.concat([extension('x', pax('path', 'a')), extension('L', 'b\0'), await tarOf(file('ok'))]),
      ),
    /different members/,
  ],
  [
    'a tar with a size of pax before a name of GNU',
    'a.tar.gz',
    async () =>
      gzipSync(
        Buffer.concat([extension('x', pax('size', '2048')), extension('L', 'b\0'), await tarOf(file('ok'))]),
      ),
    /different members/,
  ],
  [
    'a tar with a header for no member',
    'a.tar.gz',
    async () =>
      gzipSync(
        Buffer.concat([
          (await tarOf(file('ok'))).subarray(0, 1024),
          extension('L', 'b\0'),
          Buffer.alloc(1024),
        ]),
      ),
    /different members/,
  ],
  ...(['x', 'L'] as const).map(
    (type) =>
      [
        `a tar with a header of 2 MiB of the type ${type}`,
        'a.tar.gz',
        async () =>
          gzipSync(Buffer.concat([extension(type, Buffer.alloc(2 << 20, 'n')), await tarOf(file('ok'))])),
        /more than 1 MiB/,
      ] as const,
  ),
  [
    'a tar with a sparse file of pax',
    'a.tar.gz',
    async () =>
      gzipSync(
        Buffer.concat([
          extension('x', pax('GNU.sparse.major', '1') + pax('GNU.sparse.name', 'other')),
          await tarOf(file('ok')),
        ]),
      ),
    /sparse file/,
  ],
  ['a zip with another checksum', 'a.zip', () => zipOf([{ name: 'a', crc: 1 }]), /checksum/],
  [
    'a zip with another compression in the local header',
    'a.zip',
    () => zipOf([{ name: 'a', local: { method: 0 } }]),
    /two different headers/,
  ],
  [
    'a zip with another size in the local header',
    'a.zip',
    () => zipOf([{ name: 'a', local: { size: 5 } }]),
    /two different headers/,
  ],
  [
    'a zip that is encrypted by the local header alone',
    'a.zip',
    () => zipOf([{ name: 'a', local: { flags: 0x801 } }]),
    /two different headers/,
  ],
  [
    'a zip with a member that the directory does not list',
    'a.zip',
    () =>
      zipOf([
        {
          name: 'a',
          gap: zipOf([{ name: 'b' }])
            .subarray(0, 34)
            .toString('latin1'),
        },
        { name: 'c' },
      ]),
    /between its members/,
  ],
  [
    'a zip with data before the directory',
    'a.zip',
    () => zipOf([{ name: 'a', gap: 'hidden' }]),
    /between its members/,
  ],
  [
    'a zip with a second name in UTF-8',
    'a.zip',
    () => zipOf([{ name: 'a', extra: unicodePath('a', 'b') }]),
    /two different names/,
  ],
  [
    'a tar with content for a folder',
    'a.tar.gz',
    async () => gzipSync(patched(await tarOf(file('a')), 156, '5')),
    /folder with content/,
  ],
];

describe.each(hostile)('%s', (_, name, archive, why) => {
  it('is refused, and nothing is written', async () => {
    const before = readdirSync(tmpdir());
    await expect(unpackBytes(await archive(), name)).rejects.toMatchObject({
      code: 'ARCHIVE_REFUSED',
      why: expect.stringMatching(why) as string,
    });
    expect(readdirSync(root).sort()).toEqual([name, 'in'].sort());
    expect(readdirSync(at('in'))).toEqual(['out']);
    expect(readdirSync(at('in/out'))).toEqual([]);
    expect(readdirSync(tmpdir()).filter((entry) => entry === 'x' && !before.includes(entry))).toEqual([]);
  });
});

describe('bombs', () => {
  const limits = { entries: 100, bytes: 4 << 20, ratio: 10, ratioFrom: 1 << 20 };
  it.each<[string, string, () => Buffer | Promise<Buffer>, RegExp]>([
    [
      'a tar that is far larger unpacked',
      'a.tar.gz',
      async () => gzipSync(await tarOf(file('a', 'x'.repeat(3 << 20)))),
      /bytes/,
    ],
    [
      'a tar.zst that is far larger unpacked',
      'a.tar.zst',
      async () => zstdCompressSync(await tarOf(file('a', 'x'.repeat(3 << 20)))),
      /bytes/,
    ],
    [
      'a zip that is far larger unpacked',
      'a.zip',
      () => zipOf([{ name: 'a', content: 'x'.repeat(3 << 20) }]),
      /bytes/,
    ],
    [
      'a zip that hides how large it is',
      'a.zip',
      () => zipOf([{ name: 'a', content: 'x'.repeat(3 << 20), size: 1 }]),
      /bytes/,
    ],
    [
      'a tar with too many members',
      'a.tar.gz',
      async () => gzipSync(await tarOf(...Array.from({ length: 101 }, (_, index) => file(`${index}`)))),
      /members/,
    ],
    [
      'a zip with too many members',
      'a.zip',
      () => zipOf(Array.from({ length: 101 }, (_, index) => ({ name: `${index}` }))),
      /members/,
    ],
    ['a tar of zeros', 'a.tar.gz', () => gzipSync(Buffer.alloc(8 << 20)), /bytes/],
  ])('refuses %s', async (_, name, archive, why) => {
    await expect(unpackBytes(await archive(), name, limits)).rejects.toMatchObject({
      code: 'ARCHIVE_REFUSED',
      why: expect.stringMatching(why) as string,
    });
    expect(readdirSync(at('in/out'))).toEqual([]);
  });
});

it('refuses every truncation of an archive', async () => {
  const tar = gzipSync(await tarOf(file('a'), file('b')));
  const zip = zipOf([{ name: 'a' }, { name: 'b' }]);
  for (const [name, bytes] of [
    ['a.tar.gz', tar],
    ['a.zip', zip],
  ] as const)
    for (let length = 0; length < bytes.length; length += 7) {
      writeFileSync(at(name), bytes);
      truncateSync(at(name), length);
      await expect(
        unpack(at(name), formatOf(name)?.format ?? 'zip', at('in/out'), name),
      ).rejects.toMatchObject({
        code: 'ARCHIVE_REFUSED',
      });
    }
  expect(readdirSync(at('in/out'))).toEqual([]);
});
