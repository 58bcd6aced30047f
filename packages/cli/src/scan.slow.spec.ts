import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;

function millwright(...args: readonly string[]) {
  const program = join(import.meta.dirname, '../dist/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'scan-'));
  mkdirSync(join(folder, 'osv'));
  const range = { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.6.1' }] };
  const record = {
    id: 'RUSTSEC-2021-0003',
    modified: '2021-01-08T12:00:00Z',
    aliases: ['CVE-2021-25900'],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [{ package: { ecosystem: 'crates.io', name: 'smallvec' }, ranges: [range] }],
  };
  const components = [{ name: 'smallvec', version: '1.6.0', purl: 'pkg:cargo/smallvec@1.6.0' }];
  const ignore = [{ id: 'CVE-2021-25900', reason: 'not called', expires: '9999-12-31' }];
  for (const [path, json] of Object.entries({
    'osv/RUSTSEC-2021-0003.json': record,
    'app.cdx.json': { bomFormat: 'CycloneDX', components },
    'ignore.json': ignore,
  }))
    writeFileSync(join(folder, path), JSON.stringify(json));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('names a vulnerability, that the database is old, and writes the report', () => {
  const found = millwright('scan', 'app.cdx.json', '--database', 'osv', '--output', 'security-scan.json');
  expect(found.status).toBe(1);
  expect(found.output).toMatch(
    /^critical .* pkg:cargo\/smallvec@1\.6\.0 {2}RUSTSEC-2021-0003 {2}CVSS 9\.8\nnote: the database is \d+ days old/,
  );
  expect(JSON.parse(readFileSync(join(folder, 'security-scan.json'), 'utf8'))).toMatchObject({
    passed: false,
    findings: [{ ids: ['RUSTSEC-2021-0003'], aliases: ['CVE-2021-25900'] }],
  });
});

it('succeeds if all findings are ignored, and says so', () => {
  const { status, output } = millwright(
    ...['scan', 'app.cdx.json', '--database', 'osv', '--ignore', 'ignore.json'],
  );
  expect(status, output).toBe(0);
  expect(output).toMatch(/^ignored .*: not called, until 9999-12-31/);
});
