import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatSha256 } from '../layout/side-files.js';
import { formatUnits, type UnitsRecord } from '../units/record.js';
import { localLicenses } from './local-license.js';
import { writeSbom } from './sbom.js';

let root: string;
const artifact = 'artifacts/linux/amd64/app';
const units: UnitsRecord = {
  version: 1,
  ecosystem: 'cargo',
  target: 'linux/amd64',
  toolchain: 'rustc 1.95.0',
  root: 0,
  units: [{ name: 'app', version: '0.1.0', path: 'app', kind: 'normal', dependencies: [] }],
};
const write = (path: string, text: string) => {
  writeFileSync(join(root, path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sbom-'));
  mkdirSync(join(root, 'artifacts/linux/amd64'), { recursive: true });
  mkdirSync(join(root, 'crates/app'), { recursive: true });
  write(artifact, 'a static library');
  const sha256 = createHash('sha256').update('a static library').digest('hex');
  write(`${artifact}.sha256`, formatSha256(sha256, 'app'));
  write(`${artifact}.units.json`, formatUnits(units));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const sbom = () => writeSbom({ workspaceRoot: root, artifact, specVersion: '1.6' });

it('is written beside the artifact, the same each time', async () => {
  expect(await sbom()).toEqual({ path: `${artifact}.cdx.json`, components: 0, provenBy: undefined });
  const first = readFileSync(join(root, `${artifact}.cdx.json`), 'utf8');
  await sbom();
  expect(readFileSync(join(root, `${artifact}.cdx.json`), 'utf8')).toBe(first);
});

it.each<[string, () => void, string]>([
  [
    'no record of the build',
    () => {
      rmSync(join(root, `${artifact}.units.json`));
    },
    'SBOM_UNITS_MISSING',
  ],
  [
    'a damaged record',
    () => {
      write(`${artifact}.units.json`, '{');
    },
    'SBOM_UNITS_MISSING',
  ],
  [
    'another file than was built',
    () => {
      write(artifact, 'other');
    },
    'SBOM_ARTIFACT_CHANGED',
  ],
  [
    'no artifact',
    () => {
      rmSync(join(root, artifact));
    },
    'SBOM_ARTIFACT_CHANGED',
  ],
  [
    'a Go program that is not an object file',
    () => {
      write(`${artifact}.units.json`, formatUnits({ ...units, ecosystem: 'golang' }));
    },
    'OBJECT_FILE_INVALID',
  ],
  [
    'the record of another platform',
    () => {
      // The header of an executable for aarch64, which is 183 (elf(5)).
      const header = Buffer.alloc(64);
      header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
      for (const [at, value] of [
        [16, 2],
        [18, 183],
        [20, 1],
        [52, 64],
        [54, 56],
        [58, 64],
      ] as const)
        header.writeUInt16LE(value, at);
      writeFileSync(join(root, artifact), header);
      write(`${artifact}.sha256`, formatSha256(createHash('sha256').update(header).digest('hex'), 'app'));
    },
    'SBOM_DIFFERS',
  ],
])('is refused with %s', async (_, change, code) => {
  change();
  await expect(sbom()).rejects.toMatchObject({ code });
});

it.each([
  ['its own', '[package]\nname = "app"\nlicense = "MIT"\n', 'MIT'],
  ['one that it inherits', '[package]\nlicense.workspace = true\n', 'Apache-2.0'],
  ['one that it inherits, as a table', '[package]\nlicense = { workspace = true }\n', 'Apache-2.0'],
  ['none', '[package]\nname = "app"\n', undefined],
  [
    'none, though another table has the key',
    '[package]\nname = "app"\n[package.metadata]\nlicense = "X"\n',
    undefined,
  ],
])('has the licence of a crate in the workspace: %s', (_, manifest, license) => {
  write('Cargo.toml', '[workspace]\n\n[workspace.package]\nlicense = "Apache-2.0"\n');
  write('crates/app/Cargo.toml', manifest);
  expect(localLicenses(root)('crates/app')).toBe(license);
});
