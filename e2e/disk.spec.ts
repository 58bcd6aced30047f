import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** A separate file system whose free space the test controls. */
const mount = mkdtempSync(join(tmpdir(), 'millwright-disk-'));
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300m', 'tmpfs', mount], { stdio: 'ignore' }).status === 0;
if (!mounted && process.env.CI !== undefined)
  throw new Error('file systems cannot be mounted here, and must be in CI');

describe.skipIf(!mounted)('a full disk (requires permission to mount)', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace({
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
      'crates/app/Cargo.toml': manifest('app'),
      // Uses up the space after the preflight check has passed.
      'crates/app/build.rs':
        'fn main() { let out = std::env::var("OUT_DIR").unwrap(); std::fs::write(format!("{out}/big"), vec![1u8; 400 << 20]).unwrap(); }\n',
      'crates/app/src/main.rs': 'fn main() {}\n',
    });
  });
  afterAll(() => {
    workspace.remove();
    execFileSync('umount', [mount]);
    rmSync(mount, { recursive: true });
  });

  it('fails a build before compiling if there is too little space', () => {
    writeFileSync(join(mount, 'ballast'), Buffer.alloc(200 << 20));
    const { status, output } = workspace.nx(['run', 'app:build'], {
      CARGO_TARGET_DIR: join(mount, 'target'),
    });
    rmSync(join(mount, 'ballast'));
    expect(status).not.toBe(0);
    expect(output).toContain('DISK_SPACE_LOW');
    expect(output).toMatch(/a build requires at least 256\.0 MiB/);
    expect(output).not.toContain('Compiling');
    expect(workspace.exists('artifacts/linux/amd64/app')).toBe(false);
  });

  it('leaves no artifact if the disk fills up during the build', () => {
    const { status, output } = workspace.nx(['run', 'app:build'], {
      CARGO_TARGET_DIR: join(mount, 'target'),
    });
    expect(status).not.toBe(0);
    expect(output).toContain('DISK_FULL');
    expect(workspace.exists('artifacts/linux/amd64/app')).toBe(false);
    expect(workspace.exists('artifacts/linux/amd64/app.sha256')).toBe(false);
  });
});
