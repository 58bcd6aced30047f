import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Unit, UnitsRecord } from '../units/record.js';
import { parseAuditableList } from './auditable.js';
import { type GoBuildInfo, parseGoBuildInfo } from './go-build-info.js';
import { compareWithAuditable, compareWithGo, countUncompiled } from './prove.js';

const unit = (name: string, version?: string, more: Partial<Unit> = {}): Unit => ({
  name,
  ...(version === undefined ? {} : { version }),
  kind: 'normal',
  dependencies: [],
  ...more,
});

describe('a Go program', () => {
  const record: UnitsRecord = {
    version: 1,
    ecosystem: 'golang',
    target: 'linux/arm/v7',
    toolchain: 'go1.26.0',
    root: 0,
    units: [
      unit('example.com/app'),
      unit('example.com/local', undefined, { path: 'local' }),
      unit('golang.org/x/net', 'v0.1.0', { replacedBy: { name: 'folder', path: 'net' } }),
      unit('golang.org/x/sys', 'v0.28.0', { checksum: 'h1:sys' }),
      unit('std', '1.26.0'),
    ],
  };
  const lines = [
    'path\texample.com/app',
    'mod\texample.com/app\t(devel)\t',
    'dep\texample.com/local\t(devel)\t',
    'dep\tgolang.org/x/net\tv0.1.0',
    '=>\t./net\t(devel)\t',
    'dep\tgolang.org/x/sys\tv0.28.0\th1:sys',
    'build\tGOARCH=arm',
    'build\tGOOS=linux',
    'build\t-ldflags="-X a=b"',
    '',
  ];
  /** The section as go writes it: a header, then two texts after their lengths. */
  const section = (text: readonly string[], goVersion = 'go1.26.0') => {
    const header = Buffer.alloc(32);
    header.write('\xff Go buildinf:', 'latin1');
    header[14] = 8;
    header[15] = 2;
    const sized = (bytes: Buffer) =>
      Buffer.concat([Buffer.from([(bytes.length % 128) + 128, Math.floor(bytes.length / 128)]), bytes]);
    const frame = Buffer.alloc(16, 0xf9);
    const body = Buffer.concat([frame, Buffer.from(text.join('\n')), frame]);
    return Buffer.concat([Buffer.alloc(16), header, sized(Buffer.from(goVersion)), sized(body)]);
  };
  const info = (text: readonly string[] = lines, goVersion?: string): GoBuildInfo => {
    const found = parseGoBuildInfo(section(text, goVersion));
    if (found === undefined) throw new Error('no build information');
    return found;
  };
  const changed = (from: string, to: string) => lines.map((line) => line.replace(from, to));

  it('agrees with its record, whatever replaces a module', () => {
    expect(compareWithGo(record, info())).toEqual([]);
    expect(info().settings.get('-ldflags')).toBe('"-X a=b"');
  });

  it.each([
    ['1.26.0', 'go1.26.0 X:boringcrypto'],
    ['1.27-5abc', 'devel go1.27-5abc Mon Nov 2 10:00:00 2026 +0000'],
  ])('agrees with a record of Go %s if it was built with %s', (version, go) => {
    const units = record.units.map((one) => (one.name === 'std' ? { ...one, version } : one));
    expect(compareWithGo({ ...record, units }, info(lines, go))).toEqual([]);
  });

  it.each<[string, GoBuildInfo, string]>([
    ['a module that was not recorded', info([...lines, 'dep\textra\tv1.0.0\t']), 'extra@v1.0.0'],
    [
      'a module that is not in the binary',
      info(lines.filter((line) => !line.includes('x/sys'))),
      'golang.org/x/sys',
    ],
    ['another version', info(changed('v0.28.0', 'v0.29.0')), 'golang.org/x/sys'],
    ['another checksum', info(changed('h1:sys', 'h1:other')), 'golang.org/x/sys'],
    [
      'a module that is not replaced',
      info(lines.filter((line) => !line.startsWith('=>'))),
      'golang.org/x/net',
    ],
    ['another main module', info(changed('mod\texample.com/app', 'mod\texample.com/b')), 'example.com/app'],
    ['another version of Go', info(lines, 'go1.25.0'), 'std'],
    ['another platform', info(changed('GOARCH=arm', 'GOARCH=arm64')), 'linux/arm/v7'],
  ])('differs by %s', (_, other, component) => {
    expect(compareWithGo(record, other).map((one) => one.component)).toEqual([component]);
  });

  it('differs by each entry that is removed from its record', () => {
    for (const name of ['example.com/local', 'golang.org/x/net', 'golang.org/x/sys']) {
      const units = record.units.filter((one) => one.name !== name);
      expect(compareWithGo({ ...record, units }, info())[0]?.component).toContain(name);
    }
  });

  it.each([
    ['a section without build information', Buffer.from('nothing')],
    ['a section that is cut short', section(lines).subarray(0, 60)],
    [
      'the pointers of old versions of Go',
      Buffer.concat([Buffer.from('\xff Go buildinf:\x08\x00', 'latin1'), Buffer.alloc(16)]),
    ],
  ])('has no list in %s', (_, bytes) => {
    expect(parseGoBuildInfo(bytes)?.modules ?? []).toEqual([]);
  });
});

describe('a Rust program with a list of cargo-auditable', () => {
  const record: UnitsRecord = {
    version: 1,
    ecosystem: 'cargo',
    target: 'linux/amd64',
    toolchain: 'rustc 1.95.0',
    root: 0,
    units: [unit('app', '0.1.0'), unit('log', '0.4.29'), unit('cc', '1.2.0', { kind: 'build' })],
  };
  const packages = [
    { name: 'app', version: '0.1.0', source: 'local', root: true },
    { name: 'log', version: '0.4.29', source: 'crates.io' },
    { name: 'cc', version: '1.2.0', source: 'crates.io', kind: 'build' },
    { name: 'unused', version: '1.0.0', source: 'crates.io' },
  ];
  const list = (of: readonly object[]) => parseAuditableList(deflateSync(JSON.stringify({ packages: of })));

  it('agrees with a list that has more than was compiled', () => {
    expect(compareWithAuditable(record, list(packages))).toEqual([]);
    expect(countUncompiled(record, list(packages))).toBe(1);
  });

  it.each([
    ['a package that the binary does not list', packages.filter(({ name }) => name !== 'log')],
    ['another version', packages.map((one) => (one.name === 'log' ? { ...one, version: '0.4.28' } : one))],
    [
      'a linked package that is listed for the build only',
      packages.map((one) => (one.name === 'log' ? { ...one, kind: 'build' } : one)),
    ],
  ])('differs by %s', (_, of) => {
    expect(compareWithAuditable(record, list(of)).map(({ component }) => component)).toEqual(['log 0.4.29']);
  });

  it('differs by the program of the list', () => {
    const other = packages.map((one) => ({ ...one, root: one.name === 'unused' }));
    expect(compareWithAuditable(record, list(other)).map(({ component }) => component)).toEqual([
      'unused 1.0.0',
    ]);
  });

  it('does not unpack a list without limit', () => {
    expect(() => parseAuditableList(deflateSync(Buffer.alloc(9 * 1024 * 1024, ' ')))).toThrow();
  });
});
