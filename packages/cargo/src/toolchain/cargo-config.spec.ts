import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cargoConfigFiles, configArguments } from './cargo-config.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'config-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
const own = () =>
  cargoConfigFiles(join(root, 'rust/fw'), { CARGO_HOME: join(root, 'home') })
    .filter((path) => path.startsWith(root))
    .map((path) => path.slice(root.length + 1));

it('lists the files that a configuration includes after it', () => {
  write({
    'rust/fw/.cargo/config.toml': 'include = ["../../flags.toml"]\n',
    'rust/flags.toml': '',
    'rust/.cargo/config': '',
    'home/config.toml': '',
  });
  expect(own()).toEqual([
    ...['rust/fw/.cargo/config.toml', 'rust/flags.toml', 'rust/.cargo/config', 'home/config.toml'],
  ]);
});

it('passes the configuration of a folder to cargo in a folder above, the nearest last', () => {
  write({
    '.cargo/config.toml': '',
    'rust/.cargo/config.toml': 'include = ["more.toml"]\n',
    'rust/.cargo/more.toml': '',
    'rust/fw/.cargo/config.toml': '',
  });
  expect(configArguments(join(root, 'rust/fw'), root, {})).toEqual([
    ...['--config', join(root, 'rust/.cargo/config.toml')],
    ...['--config', join(root, 'rust/fw/.cargo/config.toml')],
  ]);
  expect(configArguments(root, root, {})).toEqual([]);
});
