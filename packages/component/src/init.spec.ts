import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeComponent } from './info.js';
import { componentName, initComponent } from './init.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'component-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('writes a component.yaml that is valid and declares the detected language', () => {
  mkdirSync(join(folder, 'Grist Mill'));
  writeFileSync(join(folder, 'Grist Mill/Cargo.toml'), '');
  const app = join(folder, 'Grist Mill');
  expect(initComponent({ folder: app, type: 'sink' })).toMatchObject({
    name: 'grist-mill',
    language: 'rust',
  });
  expect(describeComponent(app)).toMatchObject({
    ...{ name: 'grist-mill', version: 'v0.1.0', type: 'sink', language: 'rust', warnings: [] },
    platforms: ['linux/amd64', 'linux/arm64'],
  });
});

it('takes a name and a language, and overwrites nothing', () => {
  for (const name of ['go.mod', 'package.json']) writeFileSync(join(folder, name), '');
  const request = { folder, type: 'source', name: '42' } as const;
  expect(() => initComponent(request)).toThrow(
    expect.objectContaining({ code: 'COMPONENT_LANGUAGE_AMBIGUOUS' }) as Error,
  );
  initComponent({ ...request, language: 'go' });
  expect(describeComponent(folder)).toMatchObject({ name: '42', language: 'go' });
  const text = readFileSync(join(folder, 'component.yaml'), 'utf8');
  expect(() => initComponent({ ...request, language: 'npm' })).toThrow(
    expect.objectContaining({ code: 'COMPONENT_FILE_EXISTS' }) as Error,
  );
  expect(readFileSync(join(folder, 'component.yaml'), 'utf8')).toBe(text);
});

it.each([
  ['Miller', 'miller'],
  ['--a b--', 'a-b'],
  ['…', 'component'],
])('a folder %s gives the name %s', (name, expected) => {
  expect(componentName(name)).toBe(expected);
});
