import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeArchive } from '../archives/write.js';
import { ageInDays, readDatabase } from './database.js';
import { applyIgnores, parseIgnoreFile } from './ignore.js';
import { matchRecords } from './match.js';
import type { OsvRecord } from './osv.js';
import { parseSbom, type ScannedPackage } from './components.js';
import { ratingOf } from './severity.js';
import { describeReport, scanSbom } from './scan.js';

const fixture = join(import.meta.dirname, 'fixtures/osv-records.json');
const records = JSON.parse(readFileSync(fixture, 'utf8')) as OsvRecord[];
const recordOf = (id: string) => {
  const found = records.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

const crate = (name: string, version: string, isLinked = true): ScannedPackage => ({
  ...{ purl: `pkg:cargo/${name}@${version}`, ecosystem: 'crates.io', name, version, isLinked },
  packages: undefined,
});
const module = (name: string, version: string, packages?: readonly string[]): ScannedPackage => ({
  ...{ purl: `pkg:golang/${name}@${version}`, ecosystem: 'Go', name, version, isLinked: true },
  packages,
});

/** Each finding as `id: severity`, each filtered record as `(id: reason)`. */
function matched(one: ScannedPackage, target = 'linux/amd64'): readonly string[] {
  const { findings, filtered } = matchRecords({ target, packages: [one], notCompared: [] }, records);
  return [
    ...findings.map(({ ids, severity }) => `${ids.join(' ')}: ${severity}`),
    ...filtered.map(({ ids, why }) => `(${ids.join(' ')}: ${why})`),
  ];
}

it('has 30 records as fixtures', () => {
  expect(records).toHaveLength(30);
});

describe('compares packages with records:', () => {
  const ssh = 'golang.org/x/crypto/ssh';
  it.each<[title: string, of: ScannedPackage, target: string | undefined, expected: readonly string[]]>([
    ['affected', crate('smallvec', '1.6.0'), undefined, ['RUSTSEC-2021-0003: critical']],
    ['fixed', crate('smallvec', '1.6.1'), undefined, []],
    ['between two ranges', crate('smallvec', '0.6.14'), undefined, []],
    ['no severity', crate('chrono', '0.4.19'), undefined, ['RUSTSEC-2020-0159: unknown']],
    ['informational', crate('ansi_term', '0.12.1'), undefined, ['RUSTSEC-2021-0139: informational']],
    [
      'withdrawn',
      crate('ring', '0.16.20'),
      undefined,
      ['(RUSTSEC-2025-0007: it was withdrawn on 2025-02-22)'],
    ],
    [
      'another operating system',
      crate('os_str_bytes', '1.0.0'),
      undefined,
      ['(RUSTSEC-2020-0012: it affects other operating systems: windows)'],
    ],
    ['its operating system', crate('os_str_bytes', '1.0.0'), 'windows/amd64', ['RUSTSEC-2020-0012: high']],
    [
      'its operating system by triple',
      crate('os_str_bytes', '1.0.0'),
      'x86_64-pc-windows-msvc',
      ['RUSTSEC-2020-0012: high'],
    ],
    [
      'another architecture',
      crate('raw-cpuid', '8.0.0'),
      'linux/arm64',
      ['(RUSTSEC-2021-0013: it affects other architectures: x86, x86_64)'],
    ],
    ['its architecture', crate('raw-cpuid', '8.0.0'), 'linux/amd64', ['RUSTSEC-2021-0013: unknown']],
    ['an unknown platform', crate('raw-cpuid', '8.0.0'), 'mips-unknown-none', ['RUSTSEC-2021-0013: unknown']],
    [
      'aliases as one, the severity of the other database',
      crate('tokio', '1.20.0'),
      'windows/amd64',
      ['RUSTSEC-2023-0001 GHSA-7rrj-xr53-82p7: medium'],
    ],
    [
      'what one database knows of the platform holds for its aliases',
      crate('tokio', '1.20.0'),
      undefined,
      [
        '(RUSTSEC-2023-0001 GHSA-7rrj-xr53-82p7: RUSTSEC-2023-0001: it affects other operating systems: windows)',
      ],
    ],
    ['a range without a fix that ended', crate('time', '0.3.36'), undefined, []],
    [
      'a build dependency',
      crate('smallvec', '1.6.0', false),
      undefined,
      ['(RUSTSEC-2021-0003: it is not linked into the program; it runs during the build only)'],
    ],
    [
      'a Go module whose package is not linked',
      module('golang.org/x/crypto', 'v0.16.0', ['golang.org/x/crypto/argon2']),
      undefined,
      [`(GO-2023-2402: the program does not link ${ssh})`],
    ],
    [
      'one whose package is linked',
      module('golang.org/x/crypto', 'v0.16.0', [ssh]),
      undefined,
      ['GO-2023-2402: unknown'],
    ],
    [
      'one whose packages are not known',
      module('golang.org/x/crypto', 'v0.16.0'),
      undefined,
      ['GO-2023-2402: unknown'],
    ],
    [
      'the standard library on another system',
      module('stdlib', '1.20.10', ['path/filepath', 'internal/safefilepath']),
      undefined,
      ['(GO-2023-2185: it affects other operating systems or architectures)'],
    ],
    [
      'a pseudo-version',
      module('golang.org/x/net', 'v0.0.0-20220827000000-aaaaaaaaaaaa', ['golang.org/x/net/http2']),
      undefined,
      ['GO-2022-0969 GHSA-69cg-p879-7622: high'],
    ],
    [
      'names of Go modules in lower case',
      module('golang.org/x/Text', 'v0.3.6'),
      undefined,
      ['GO-2021-0113: unknown'],
    ],
    ['another package of the same name', module('smallvec', '1.6.0'), undefined, []],
  ])('%s', (_, of, target, expected) => {
    expect(matched(of, target)).toEqual(expected);
  });

  it.each([
    ['v0.0.0-20260421191718-f18fd540c0e8', '1.22.7', true],
    ['v1.6.1-0.20230608160752-b14acb611a79', '5.2.8', true],
    ['v0.0.0-20220827000000-aaaaaaaaaaaa', '0.0.0-20220906165146-f3363e06e74c', false],
    ['v1.22.0', '1.22.7', false],
  ])('says whether %s can be compared with the fix %s: %s', (version, fixed, isUncertain) => {
    const affected = { package: { ecosystem: 'Go', name: 'istio.io/istio' } };
    const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }];
    const packages = [module('istio.io/istio', version)];
    const record = { id: 'GHSA-1', affected: [{ ...affected, ranges }] };
    const { findings } = matchRecords({ target: undefined, packages, notCompared: [] }, [record]);
    expect(findings).toMatchObject([{ isUncertain }]);
  });

  it('reports what only one of two databases withdrew', () => {
    const live: OsvRecord = { ...recordOf('RUSTSEC-2025-0007'), id: 'GHSA-live', withdrawn: undefined };
    const gone: OsvRecord = { ...recordOf('RUSTSEC-2025-0007'), aliases: ['GHSA-live'] };
    const sbom = { target: undefined, packages: [crate('ring', '0.16.20')], notCompared: [] };
    expect(matchRecords(sbom, [live, gone])).toMatchObject({
      findings: [{ ids: ['GHSA-live'] }],
      filtered: [],
    });
  });
});

it.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'critical', 9.8],
  ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N', 'high', 8.7],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:P', 'medium', 5],
  ['CVSS:3.1/AV:N', 'unknown', undefined],
  ['7.5', 'unknown', undefined],
])('rates the vector %s as %s', (vector, severity, score) => {
  const affected = { package: { ecosystem: 'Go', name: 'x' } };
  expect(ratingOf({ id: 'x', severity: [{ type: 'CVSS', score: vector }] }, affected)).toEqual({
    severity,
    score,
  });
});

it('takes the word of a record without a vector', () => {
  const affected = { package: { ecosystem: 'Go', name: 'x' } };
  expect(ratingOf({ id: 'x', database_specific: { severity: 'MODERATE' } }, affected).severity).toBe(
    'medium',
  );
});

it('reads the packages of an SBOM, and says which it cannot look up', () => {
  const component = (purl: string | undefined, more: object = {}) => ({ name: 'one', purl, ...more });
  const sbom = parseSbom(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      metadata: {
        component: { name: 'app', properties: [{ name: 'millwright:target', value: 'linux/arm64' }] },
      },
      components: [
        component('pkg:golang/github.com/Masterminds/semver/v3@v3.2.1', {
          properties: [{ name: 'millwright:go:packages', value: 'a,b' }],
        }),
        component('pkg:cargo/cc@1.0.0', { scope: 'excluded' }),
        component(undefined),
        component('pkg:golang/one@v1'),
        component('pkg:npm/one@1.0.0'),
        component('pkg:cargo/one'),
        component('pkg:cargo/one@1.0.0?vcs_url=git%2Bhttps://example.org/one'),
      ],
    }),
  );
  expect(sbom?.target).toBe('linux/arm64');
  expect(sbom?.packages).toMatchObject([
    { ecosystem: 'Go', name: 'github.com/Masterminds/semver/v3', version: 'v3.2.1', packages: ['a', 'b'] },
    { ecosystem: 'crates.io', name: 'cc', isLinked: false },
  ]);
  expect(sbom?.notCompared.map(({ why }) => why)).toEqual([
    'it has no package URL: it is not from a public registry',
    'its package URL is malformed: pkg:golang/one@v1',
    'packages of the type npm are not looked up',
    'its version is not known',
    'it is from Git or another registry, which databases do not cover',
  ]);
  expect(parseSbom('{}')).toBeUndefined();
});

describe('reads SBOMs of other tools:', () => {
  const read = (content: object) => parseSbom(JSON.stringify({ bomFormat: 'CycloneDX', ...content }));
  const one = (purl: string, more: object = {}) => ({ components: [{ name: 'one', purl, ...more }] });

  it.each<[title: string, content: object, packages: readonly string[]]>([
    [
      'components that others consist of',
      { components: [{ name: 'app', ...one('pkg:cargo/log@0.4.0') }] },
      ['log 0.4.0'],
    ],
    ['null for what is left out', { metadata: null, components: null }, []],
    [
      'null in a component',
      one('pkg:cargo/log@0.4.0', { version: null, scope: null, properties: null, components: null }),
      ['log 0.4.0'],
    ],
    [
      'a package at several places',
      {
        components: [
          { name: 'log', purl: 'pkg:cargo/log@0.4.0?package-id=1', scope: 'excluded' },
          { name: 'log', purl: 'pkg:cargo/log@0.4.0?package-id=2' },
        ],
      },
      ['log 0.4.0'],
    ],
    [
      'a path whose slashes are encoded',
      one('pkg:golang/golang.org%2Fx/net@v0.1.0%2Bincompatible'),
      ['golang.org/x/net v0.1.0+incompatible'],
    ],
    [
      "Go's standard library, as cyclonedx-gomod writes it",
      one('pkg:golang/std@go1.24.2?type=module&goos=linux&goarch=amd64'),
      ['stdlib go1.24.2'],
    ],
    [
      'the last parts of a Go module as a subpath, as Syft writes them',
      one('pkg:golang/github.com/coreos/go-systemd@v22.5.0#v22/dbus'),
      ['github.com/coreos/go-systemd/v22/dbus v22.5.0'],
    ],
    [
      'a Go package in its module',
      one('pkg:golang/github.com/fatih/color@v1.19.0?type=package#colors'),
      ['github.com/fatih/color v1.19.0'],
    ],
    [
      'a package URL without the version, which is beside it',
      one('pkg:cargo/log', { version: '0.4.0' }),
      ['log 0.4.0'],
    ],
    ['two slashes after the type', one('pkg:cargo//ryu@1.0.17#'), ['ryu 1.0.17']],
    [
      'the program itself, if it is published',
      { metadata: { component: { name: 'app', purl: 'pkg:golang/example.org/app@v1.0.0' } } },
      ['example.org/app v1.0.0'],
    ],
  ])('%s', (_, content, packages) => {
    const found = read(content)?.packages;
    expect(found?.map(({ name, version }) => `${name} ${version}`)).toEqual(packages);
    expect(found?.every(({ isLinked }) => isLinked)).toBe(true);
  });

  it.each([
    [
      'a program that was built from a folder',
      'pkg:golang/example.com/app@%28devel%29',
      /version is not known/,
    ],
    ['a program without a version', 'pkg:golang/example.com/app@UNKNOWN', /version is not known/],
    ['a crate in a folder', 'pkg:cargo/log@0.4.0?download_url=file://.', /from a folder/],
  ])('%s is not looked up', (_, purl, why) => {
    expect(read(one(purl))).toMatchObject({
      packages: [],
      notCompared: [{ why: expect.stringMatching(why) as string }],
    });
  });

  it('a document with a byte order mark', () => {
    expect(parseSbom('\uFEFF{"bomFormat":"CycloneDX"}')?.packages).toEqual([]);
  });

  it('nothing from components that are nested without end', () => {
    const depth = 20_000;
    const nested = '{"name":"x","components":['.repeat(depth) + ']}'.repeat(depth);
    expect(parseSbom(`{"bomFormat":"CycloneDX","components":[${nested}]}`)).toBeUndefined();
  });
});

describe('an ignore file', () => {
  const finding = {
    ids: ['RUSTSEC-1'],
    aliases: ['CVE-1'],
    purl: 'pkg:cargo/a@1.0.0',
    informational: undefined,
  };
  const more = { functions: [], severity: 'high' as const, score: 7, isUncertain: false };
  const findings = [{ ...finding, ...more }];
  const entry = { id: 'CVE-1', reason: 'not reachable', expires: '2026-11-28' };

  it('accepts a finding up to its last day, by any of its names', () => {
    expect(applyIgnores(findings, [entry], '2026-11-28')).toMatchObject({
      open: [],
      ignored: [{ ids: ['RUSTSEC-1'], reason: 'not reachable', expires: '2026-11-28' }],
    });
  });

  it('no longer accepts it after that day, and says so', () => {
    expect(applyIgnores(findings, [entry], '2026-11-29')).toMatchObject({ open: findings, expired: [entry] });
  });

  it('accepts it in the named package only, and says what it does not apply to', () => {
    const other = { ...entry, purl: 'pkg:cargo/b@1.0.0' };
    expect(applyIgnores(findings, [other], '2026-11-28')).toMatchObject({ open: findings, unused: [other] });
  });

  it.each([
    ['{', 'it is not valid JSON'],
    ['{}', 'the file: '],
    ['[{"id":"CVE-1","expires":"2026-11-28"}]', '0.reason: '],
    ['[{"id":"CVE-1","reason":"x"}]', '0.expires: '],
    ['[{"id":"CVE-1","reason":"x","expires":"soon"}]', '0.expires: '],
  ])('%s is refused', (text, why) => {
    expect(() => parseIgnoreFile(text, 'ignore.json')).toThrow(
      expect.objectContaining({ code: 'SCAN_IGNORE_INVALID', why: expect.stringContaining(why) as string }),
    );
  });
});

describe('with files', () => {
  let folder: string;
  const at = (path: string) => join(folder, path);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scan-'));
    mkdirSync(at('osv/crates.io'), { recursive: true });
    for (const record of records)
      writeFileSync(at(`osv/crates.io/${record.id}.json`), JSON.stringify(record));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads the same database from a folder and from a zip file', async () => {
    const members = records.map(({ id }) => ({
      name: `${id}.json`,
      source: at(`osv/crates.io/${id}.json`),
      isExecutable: false,
    }));
    await writeArchive(at('all.zip'), members, 'zip', 315_532_800);
    const [fromFolder, fromZip] = [await readDatabase(at('osv')), await readDatabase(at('all.zip'))];
    expect(fromFolder).toMatchObject({ newest: '2026-06-25', unreadable: [] });
    expect(fromFolder.records).toHaveLength(30);
    expect(fromZip.sha256).toBe(fromFolder.sha256);
  });

  it.each<[title: string, path: string, why: RegExp]>([
    ['does not exist', 'none', /it does not exist/],
    ['has no records', 'empty', /it has no records/],
    ['is a damaged zip file', 'damaged.zip', /./],
  ])('refuses a database that %s', async (_, path, why) => {
    mkdirSync(at('empty'));
    writeFileSync(at('damaged.zip'), 'PK');
    await expect(readDatabase(at(path))).rejects.toMatchObject({
      code: 'SCAN_DATABASE_INVALID',
      why: expect.stringMatching(why) as string,
    });
  });

  it('names files that are no records, fails at the chosen severity, and says that the database is old', async () => {
    writeFileSync(at('osv/broken.json'), '{');
    const component = { name: 'smallvec', version: '1.6.0', purl: 'pkg:cargo/smallvec@1.6.0' };
    writeFileSync(at('app.cdx.json'), JSON.stringify({ bomFormat: 'CycloneDX', components: [component] }));
    const database = await readDatabase(at('osv'));
    const scan = (failOn: 'high' | 'never', today = '2026-11-28') =>
      scanSbom({ sbom: at('app.cdx.json'), database, ignores: [], failOn, today });
    const report = scan('high');
    expect(report).toMatchObject({ passed: false, findings: [{ ids: ['RUSTSEC-2021-0003'], score: 9.8 }] });
    expect(report.database.unreadable).toEqual([at('osv/broken.json')]);
    expect(describeReport(report, '2026-11-28')).toContain('note: the database is 156 days old');
    expect(describeReport(report, '2026-07-02')).not.toContain('days old');
    expect(scan('never').passed).toBe(true);
  });

  it('names what was not compared, and says so if nothing was', async () => {
    const database = await readDatabase(at('osv'));
    const report = (purls: readonly string[]) => {
      const components = purls.map((purl, index) => ({ name: `c${index}`, purl }));
      writeFileSync(at('app.cdx.json'), JSON.stringify({ bomFormat: 'CycloneDX', components }));
      const request = { sbom: at('app.cdx.json'), database, ignores: [], failOn: 'high' as const };
      return describeReport(scanSbom({ ...request, today: '2026-07-01' }), '2026-07-01');
    };
    const github = 'pkg:github/wolfssl/wolfssl@v5.6.0';
    const reason = 'packages of the type github are not looked up';
    expect(report([github])).toContain(`not compared   c0: ${reason}\nnote: no package was compared`);
    const some = report([github, github, github, github, 'pkg:cargo/log@0.4.0']);
    expect(some).toContain(`not compared   c0, c1, c2 and 1 more: ${reason}`);
    expect(some).not.toContain('no package was compared');
  });

  it.each([
    ['an SPDX document', '{"spdxVersion":"SPDX-2.3"}'],
    ['an SPDX document', 'SPDXVersion: SPDX-2.3\n'],
    ['an XML document', '<?xml version="1.0"?>\n<bom/>'],
  ])('says of a file that it is %s', async (format, text) => {
    const database = await readDatabase(at('osv'));
    writeFileSync(at('bom'), text);
    const request = { sbom: at('bom'), database, ignores: [], failOn: 'high' as const };
    expect(() => scanSbom({ ...request, today: '2026-11-28' })).toThrow(
      expect.objectContaining({ why: expect.stringContaining(`it is ${format}`) as string }),
    );
  });

  it('refuses a database without records of an ecosystem that the SBOM has packages of', async () => {
    const components = ['pkg:cargo/log@0.4.0', 'pkg:golang/stdlib@1.26.0'].map((purl) => ({
      name: 'x',
      purl,
    }));
    writeFileSync(at('app.cdx.json'), JSON.stringify({ bomFormat: 'CycloneDX', components }));
    for (const { id, affected } of records)
      if (affected?.some((one) => one.package.ecosystem === 'Go') === true)
        rmSync(at(`osv/crates.io/${id}.json`));
    const database = await readDatabase(at('osv'));
    const request = { sbom: at('app.cdx.json'), database, ignores: [], failOn: 'never' as const };
    expect(() => scanSbom({ ...request, today: '2026-11-28' })).toThrow(
      expect.objectContaining({
        code: 'SCAN_DATABASE_INVALID',
        what: 'the database has no records of Go',
      }),
    );
  });

  it('refuses the SBOM of another platform, and one that does not exist', async () => {
    const database = await readDatabase(at('osv'));
    const component = {
      name: 'app',
      hashes: [{ alg: 'SHA-256', content: 'b'.repeat(64) }],
      properties: [{ name: 'millwright:target', value: 'linux/arm64' }],
    };
    const request = {
      artifact: at('app'),
      database,
      ignores: [],
      failOn: 'high' as const,
      today: '2026-11-28',
    };
    const scan = () => scanSbom({ ...request, sbom: at('app.cdx.json') });
    expect(scan).toThrow(expect.objectContaining({ code: 'SCAN_SBOM_INVALID', why: 'it does not exist' }));
    writeFileSync(at('app.cdx.json'), JSON.stringify({ bomFormat: 'CycloneDX', metadata: { component } }));
    writeFileSync(at('app.sha256'), `${'a'.repeat(64)}  app\n`);
    expect(scan).toThrow(
      expect.objectContaining({
        code: 'SCAN_SBOM_INVALID',
        why: `it describes app for linux/arm64 with the SHA-256 ${'b'.repeat(64)}, but the artifact has ${'a'.repeat(64)}`,
      }),
    );
  });
});

it.each([
  ['2026-11-21', 7],
  [undefined, undefined],
])('the age of a database of %s is %s days', (newest, days) => {
  expect(ageInDays(newest, '2026-11-28')).toBe(days);
});
