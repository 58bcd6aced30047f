import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditableVariables } from './auditable.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auditable-'));
  writeFileSync(join(folder, 'cargo-auditable'), '', { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('starts cargo-auditable by its name, so that its folder is not hashed into symbols, and passes arguments on', () => {
  const args = ['--locked', '--config', 'a.b=1', '--features', 'x', '--config=c.toml'];
  const { RUSTC_WORKSPACE_WRAPPER, CARGO_AUDITABLE_ORIG_ARGS } = auditableVariables({
    args,
    env: { PATH: folder },
    configs: [],
  });
  expect(RUSTC_WORKSPACE_WRAPPER).toBe('cargo-auditable');
  expect(JSON.parse(CARGO_AUDITABLE_ORIG_ARGS ?? '')).toEqual({
    offline: false,
    locked: true,
    frozen: false,
    config: ['a.b=1', 'c.toml'],
  });
});

it.each([
  ['it is not installed', { PATH: '' }, [], /no cargo-auditable on PATH/],
  [
    'the environment names another wrapper',
    { RUSTC_WORKSPACE_WRAPPER: 'clippy-driver' },
    [],
    /starts clippy-driver/,
  ],
  [
    'the configuration names another wrapper',
    {},
    [{ build: { 'rustc-workspace-wrapper': 'w' } }],
    /starts w/,
  ],
])('is refused if %s', (_, env, configs, why) => {
  expect(() => auditableVariables({ args: [], env: { PATH: folder, ...env }, configs })).toThrow(
    expect.objectContaining({ code: 'AUDITABLE_UNUSABLE', why: expect.stringMatching(why) as string }),
  );
});
