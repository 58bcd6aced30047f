import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Unit } from '../cargo-cli/unit-graph.js';
import { parseLockfile } from '../manifests/lockfile.js';
import { packageFacts } from './package-facts.js';

const registry = 'registry+https://github.com/rust-lang/crates.io-index';
const lockfile = parseLockfile(
  `version = 4
[[package]]
name = "log"
version = "0.4.29"
source = "${registry}"
checksum = "00ff"
[[package]]
name = "tool"
version = "1.0.0"
source = "git+https://user:secret@host.example/tool?branch=a%2Fb#0123abc"
`,
  'Cargo.lock',
);
let folder: string;
const unitAt = (src_path: string): Unit => ({
  pkg_id: '',
  target: { kind: ['lib'], crate_types: ['lib'], name: 'x', src_path },
  platform: null,
  mode: 'build',
  profile: { lto: 'false' },
  features: [],
  dependencies: [],
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-facts-'));
  mkdirSync(join(folder, 'src'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const facts = packageFacts(lockfile, '/w');

it('takes checksum and licence of a published crate from the lock file and its manifest', () => {
  writeFileSync(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "log"\nlicense = "MIT OR Apache-2.0"\n\n[dependencies]\n',
  );
  const unit = unitAt(join(folder, 'src/lib.rs'));
  expect(facts({ name: 'log', version: '0.4.29', source: registry }, unit)).toEqual({
    source: registry,
    checksum: '00ff',
    license: 'MIT OR Apache-2.0',
  });
});

it('does not take the licence of a dependency table for that of the package', () => {
  writeFileSync(join(folder, 'Cargo.toml'), '[package]\nname = "log"\n\n[metadata]\nlicense = "MIT"\n');
  const unit = unitAt(join(folder, 'src/lib.rs'));
  expect(facts({ name: 'log', version: '0.4.29', source: registry }, unit)).not.toHaveProperty('license');
});

it.each([
  ['with line feeds of Windows', '[package]\r\nname = "tool"\r\nlicense = "MIT"\r\n'],
  ['that inherits the licence', '[package]\nname = "tool"\nlicense.workspace = true\n'],
])('takes the licence of a git source from a manifest %s', (_, manifest) => {
  writeFileSync(join(folder, '.cargo-ok'), '');
  writeFileSync(join(folder, 'Cargo.toml'), '[workspace]\n[workspace.package]\nlicense = "MIT"\n');
  mkdirSync(join(folder, 'crates/tool'), { recursive: true });
  writeFileSync(join(folder, 'crates/tool/Cargo.toml'), manifest);
  const source = 'git+https://host.example/tool?branch=a/b';
  const found = facts({ name: 'tool', version: '1.0.0', source }, unitAt(join(folder, 'crates/tool/lib.rs')));
  expect(found.license).toBe('MIT');
});

it('names the commit of a git source, without the password in its address', () => {
  const source = 'git+https://user:secret@host.example/tool?branch=a/b';
  expect(facts({ name: 'tool', version: '1.0.0', source }, unitAt(folder))).toEqual({
    source: 'git+https://host.example/tool?branch=a%2Fb#0123abc',
  });
});

it.each([
  ['a crate of the workspace', 'path+file:///w/crates/app', { path: 'crates/app' }],
  ['the crate at the top of the workspace', 'path+file:///w', { path: '.' }],
  ['a folder elsewhere, whose path differs between machines', 'path+file:///usr/lib/std', {}],
])('locates %s', (_, source, expected) => {
  expect(facts({ name: 'app', version: '0.1.0', source }, unitAt('/w/x.rs'))).toEqual(expected);
});
