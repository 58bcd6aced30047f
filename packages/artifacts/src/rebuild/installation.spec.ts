import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installCommand, linkPackages, nxProgram } from './installation.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installation-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['package-lock.json', 'npm ci --no-audit --no-fund'],
  ['pnpm-lock.yaml', 'pnpm install --frozen-lockfile'],
  ['yarn.lock', 'yarn install --immutable'],
  ['bun.lock', 'bun install --frozen-lockfile'],
])('%s is installed as it is', (lockFile, expected) => {
  writeFileSync(join(folder, lockFile), '');
  const { file, args } = installCommand(folder) ?? {};
  expect([file, ...(args ?? [])].join(' ')).toBe(expected);
});

it('without a lock file, the packages of the original workspace are used', () => {
  const clone = join(folder, 'clone');
  mkdirSync(clone);
  expect(installCommand(clone)).toBeUndefined();
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.bin/nx'), '');
  expect(nxProgram(clone)).toBeUndefined();
  linkPackages(folder, clone);
  expect(nxProgram(clone)).toBe(join(clone, 'node_modules/.bin/nx'));
});
