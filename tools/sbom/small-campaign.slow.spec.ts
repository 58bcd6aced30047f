import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGoBuildInfo } from '../../packages/artifacts/dist/sbom/go-build-info.js';
import { compareWithGo } from '../../packages/artifacts/dist/sbom/prove.js';
import { linkedUnits } from '../../packages/go/dist/go-cli/linked-units.js';
import { moduleFolder, readCorpus, smallCorpus } from '../corpus/packages.ts';
import { bringModule } from '../corpus/repository.ts';
import { mustTool } from '../corpus/tool.ts';
import { checkDocument } from './check.ts';
import { compareWithTree } from './crate.ts';

/** The small form of the campaign `sbom`, without tools that have to be installed. */
const corpus = smallCorpus(readCorpus());
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-sbom-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ['thiserror', [], 6],
  ['syn', ['--no-default-features'], 3],
  ['syn', ['--features', 'full'], 4],
] as const)('the SBOM of %s %j has the packages that cargo tree names', async (name, features, packages) => {
  const crate = corpus.crates.find((one) => one.name === name);
  if (crate === undefined) throw new Error(`${name} is not in the small corpus`);
  const { units } = await compareWithTree(folder, crate, features);
  expect(new Set(units.map((unit) => unit.name)).size).toBe(packages);
});

it('the SBOM of a Go program has the modules that Go writes into it, and fails without one of them', async () => {
  const [color] = corpus.modules.filter(({ name }) => name === 'github.com/fatih/color');
  if (color === undefined) throw new Error('the module is not in the small corpus');
  const place = join(folder, moduleFolder(color.name));
  bringModule(folder, moduleFolder(color.name), color, () => undefined);
  mkdirSync(join(place, 'paint'));
  const source = 'package main\n\nimport "github.com/fatih/color"\n\nfunc main() { color.Red("red") }\n';
  writeFileSync(join(place, 'paint/main.go'), source);
  const program = join(folder, 'paint');
  mustTool(place, 'env', 'CGO_ENABLED=0', 'go', 'build', '-o', program, './paint');
  const [toolchain = '', os = '', arch = ''] = mustTool(place, 'go', 'env', 'GOVERSION', 'GOOS', 'GOARCH')
    .trim()
    .split('\n');
  const subject = { go: 'go', folder: place, env: { ...process.env, CGO_ENABLED: '0' } };
  const listed = { flags: [], pkg: './paint', platform: `${os}/${arch}`, toolchain };
  const record = await linkedUnits(subject, listed, place);
  const info = await readGoBuildInfo(program);
  if (record === undefined || info === undefined) throw new Error('go has not listed the modules');
  await checkDocument('paint', record);
  expect(compareWithGo(record, info)).toEqual([]);
  const others = record.units.map(({ name }) => name).filter((name) => /colorable|isatty|sys/.test(name));
  expect(others).toHaveLength(3);
  for (const name of others) {
    const units = record.units.filter((unit) => unit.name !== name);
    expect(compareWithGo({ ...record, units }, info)[0]?.component).toContain(name);
  }
});
