import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freshCaches } from './fresh-caches.ts';

const folder = mkdtempSync(join(tmpdir(), 'millwright-caches-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("gives Cargo a home with the machine's registry settings and without its packages", () => {
  const usual = join(folder, 'usual');
  mkdirSync(join(usual, 'registry'), { recursive: true });
  writeFileSync(join(usual, 'config.toml'), '[registries.mine]\n');
  const { CARGO_HOME = '' } = freshCaches(join(folder, 'own'), { CARGO_HOME: usual });
  expect(readdirSync(CARGO_HOME)).toEqual(['config.toml']);
  expect(readFileSync(join(CARGO_HOME, 'config.toml'), 'utf8')).toBe('[registries.mine]\n');
});

it('gives Go and npm caches in new folders', () => {
  const caches = freshCaches(join(folder, 'other'), { CARGO_HOME: join(folder, 'nowhere') });
  expect(caches).toMatchObject({
    GOMODCACHE: join(folder, 'other/go'),
    npm_config_cache: join(folder, 'other/npm'),
  });
  expect(readdirSync(join(folder, 'other'))).toEqual(['cargo']);
});
