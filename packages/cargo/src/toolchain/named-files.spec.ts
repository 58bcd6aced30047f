import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namedFiles } from './named-files.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'named-'));
  mkdirSync(join(root, 'tools'));
  mkdirSync(join(root, 'bin'));
  for (const name of ['tools/wrap.sh', 'tools/link.ld']) writeFileSync(join(root, name), '');
  writeFileSync(join(root, 'bin/my-linker'), '', { mode: 0o755 });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it.each<[string, unknown, string[]]>([
  ['a wrapper', { build: { 'rustc-wrapper': 'tools/wrap.sh' } }, ['tools/wrap.sh']],
  [
    'a linker script behind flags',
    { build: { rustflags: ['-Clink-arg=-Ttools/link.ld'] } },
    ['tools/link.ld'],
  ],
  ['flags in one text', { build: { rustflags: '-C link-arg=-Ttools/link.ld' } }, ['tools/link.ld']],
  ['a linker on PATH', { target: { t: { linker: 'my-linker' } } }, ['bin/my-linker']],
  ['nothing for what does not exist', { build: { 'rustc-wrapper': 'tools/none.sh' } }, []],
  ['nothing for words', { build: { rustflags: ['--cfg', 'tools'] }, term: { color: 'auto' } }, []],
])('%s', (_, config, expected) => {
  const found = namedFiles(join(root, '.cargo/config.toml'), config, { PATH: join(root, 'bin') });
  expect(found).toEqual(expected.map((path) => join(root, path)));
});
