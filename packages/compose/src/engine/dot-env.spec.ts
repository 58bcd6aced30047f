import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withoutDotEnv } from './dot-env.js';

it('keeps back what stands in the file as well, and nothing that was set otherwise', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-dot-env-'));
  expect(withoutDotEnv(folder, { MILL: 'one' })).toEqual({});
  writeFileSync(join(folder, '.env'), 'MILL=one\nSTONE="two three"\nWHEEL=four\n# no more\n');
  const environment = { MILL: 'one', STONE: 'two three', WHEEL: 'five', PATH: '/bin' };
  expect(withoutDotEnv(folder, environment)).toEqual({ MILL: undefined, STONE: undefined });
  rmSync(folder, { recursive: true });
});
