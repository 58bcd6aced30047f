import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

const block = 512;
/** Files, links and folders. */
const commonTypes = ['0', '2', '2', '5'];
/** The other types of POSIX.1-2024 and GNU tar, and some that nobody knows. */
const rareTypes = ['\0', '1', '3', '4', '6', '7', 'x', 'g', 'K', 'L', 'S', 'D', 'M', 'V', 'Z'];
const name = fc.oneof(
  fc.constantFrom('a', 'a/b', 'a/b/c', 'artifacts/app', './a', 'a/', 'code', 'terminalOutput', '.', ''),
  fc.constantFrom(
    '..',
    '../x',
    'a/../../x',
    '/etc/x',
    '//x',
    'a/..',
    'a\\..\\x',
    'C:\\x',
    './../x',
    '\u0000x',
    'a/./b',
  ),
  fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '\u0000', 'é', ' '), maxLength: 8 }),
  fc.constantFrom('n'.repeat(100), `a/${'n'.repeat(140)}`),
);
const target = fc.oneof(
  name,
  fc.constantFrom(
    'b',
    '../b',
    '../../b',
    '/etc/passwd',
    'b/..',
    '../../../x',
    'a/b/c/../..',
    'a/b/../..',
    '..',
    '.',
  ),
);
const content = fc.oneof(fc.constant(''), fc.string({ maxLength: 20 }), fc.constant('x'.repeat(block)));
/** Something that most archives do not have. */
const rarely = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 19, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const paxKey = fc.constantFrom(
  'path',
  'linkpath',
  'size',
  'GNU.sparse.name',
  'GNU.sparse.major',
  'mtime',
  'type',
);

/** Bytes that replace a part of a header. */
interface Field {
  readonly at: number;
  readonly bytes: string;
}

/** One member: a header block, and content that may have another size than the header says. */
const member = fc
  .record({
    name,
    linkname: fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 9, arbitrary: target }),
    prefix: fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: name }),
    type: fc.constantFrom(...commonTypes),
    rareType: rarely(fc.constantFrom(...rareTypes)),
    content,
    hasContent: rarely(fc.constant(true)),
    size: rarely(fc.oneof(fc.nat(2000), fc.constantFrom(2 ** 33, -1))),
    magic: fc.constantFrom(
      'ustar\u000000',
      'ustar\u000000',
      'ustar\u000000',
      'ustar  \u0000',
      '\0'.repeat(8),
    ),
    pax: rarely(fc.tuple(paxKey, fc.oneof(name, fc.constantFrom('0', '4', '99999')))),
    longName: rarely(name),
    field: rarely(fc.record({ at: fc.nat(block - 1), bytes: fc.string({ maxLength: 6 }) })),
  })
  .map(({ pax, longName, rareType, hasContent, ...own }) =>
    Buffer.concat([
      ...(pax === undefined ? [] : [memberOf({ name: 'PaxHeader', type: 'x', content: paxRecord(...pax) })]),
      ...(longName === undefined
        ? []
        : [memberOf({ name: '././@LongLink', type: 'L', content: `${longName}\u0000` })]),
      memberOf({
        ...own,
        type: rareType ?? own.type,
        content: own.type === '0' || hasContent === true ? own.content : '',
      }),
    ]),
  );

/** The members that every result has. */
const completeResult = [
  memberOf({ name: 'code', type: '0', content: '\0\0\0\0' }),
  memberOf({ name: 'terminalOutput', type: '0', content: 'built' }),
];

/** Archives with and without the members of every result, whole and damaged. */
export const hostileArchive: fc.Arbitrary<Buffer> = fc
  .record({
    members: fc.array(member, { maxLength: 5 }),
    hasResult: fc.constantFrom(true, true, true, false),
    end: rarely(fc.constantFrom(0, 1, 20)),
    after: rarely(fc.constantFrom('x', 'x'.repeat(block))),
    parts: fc.constantFrom(1, 1, 1, 2),
    cut: rarely(fc.double({ min: 0, max: 1, noNaN: true })),
    flipped: rarely(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 }))),
    isPlain: rarely(fc.constant(true)),
  })
  .map(({ members, hasResult, end, after, parts, cut, flipped, isPlain }) => {
    const tar = Buffer.concat([
      ...(hasResult ? completeResult : []),
      ...members,
      Buffer.alloc((end ?? 2) * block),
      Buffer.from(after ?? ''),
    ]);
    const half = Math.floor(tar.length / parts);
    // A gzip file can have several parts (RFC 1952).
    let bytes: Buffer = isPlain
      ? tar
      : Buffer.concat(
          Array.from({ length: parts }, (_, part) =>
            gzipSync(tar.subarray(part * half, part === parts - 1 ? tar.length : (part + 1) * half), {
              level: 1,
            }),
          ),
        );
    if (flipped !== undefined && bytes.length > 0) {
      const at = Math.floor(flipped[0] * (bytes.length - 1));
      bytes = Buffer.from(bytes);
      bytes[at] = (bytes[at] ?? 0) ^ flipped[1];
    }
    return cut === undefined ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length));
  });

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`);
  return `${length}${rest}`;
}

function memberOf(of: {
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly linkname?: string;
  readonly prefix?: string;
  readonly size?: number | undefined;
  readonly magic?: string;
  readonly field?: Field | undefined;
}): Buffer {
  const content = Buffer.from(of.content);
  const header = Buffer.alloc(block);
  header.write(of.name, 0, 100, 'utf8');
  header.write('0000644\0' + '0000000\0' + '0000000\0', 100, 'latin1');
  header.write(`${(of.size ?? content.length).toString(8).padStart(11, '0').slice(-11)}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write(of.type, 156, 'latin1');
  header.write(of.linkname ?? '', 157, 100, 'utf8');
  header.write(of.magic ?? 'ustar\u000000', 257, 'latin1');
  header.write(of.prefix ?? '', 345, 155, 'utf8');
  if (of.field !== undefined) header.write(of.field.bytes, of.field.at, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([header, content, Buffer.alloc((block - (content.length % block)) % block)]);
}
