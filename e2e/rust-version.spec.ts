import { afterEach, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Build and doctor report requirements that the toolchain is too old for, before compiling. */
let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

it.each<[string, Readonly<Record<string, string>>, string, RegExp]>([
  [
    'a rust-version',
    { 'Cargo.toml': manifest('app', 'rust-version = "1.999"\n') },
    'app requires Rust 1.999',
    /✖ Rust version +the crate app requires Rust 1\.999/,
  ],
  [
    'an edition',
    { 'Cargo.toml': manifest('app').replace('"2021"', '"2999"') },
    'RUST_TOO_OLD',
    /✖ Cargo\.toml +a package uses Rust edition 2999/,
  ],
])('build and doctor reject %s that requires a newer toolchain', (_, files, what, finding) => {
  workspace = new Workspace({
    'src/main.rs': 'fn main() {}\n',
    'Cargo.toml': manifest('app'),
  });
  for (const [path, text] of Object.entries(files)) workspace.write(path, text);
  const build = workspace.nx(['run', 'app:build']);
  expect(build.status).not.toBe(0);
  expect(build.output).toContain('error[RUST_TOO_OLD]: ');
  expect(build.output).toContain(what);
  expect(workspace.exists('target/release')).toBe(false);
  const doctor = workspace.nx(['run', 'app:doctor']);
  expect(doctor.status).not.toBe(0);
  expect(doctor.output).toMatch(finding);
});

it('build and doctor reject a lock file with a newer format than cargo supports', () => {
  workspace = new Workspace({
    'src/main.rs': 'fn main() {}\n',
    'Cargo.toml': manifest('app'),
  });
  workspace.write('Cargo.lock', workspace.read('Cargo.lock').replace(/^version = \d+/m, 'version = 99'));
  const { status, output } = workspace.nx(['run', 'app:build']);
  expect(status).not.toBe(0);
  expect(output).toContain('error[RUST_TOO_OLD]: Cargo.lock was written by a newer cargo');
});
