import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every package from the registry that a test's workspace depends on, with the packages that it takes itself. The
 * workspaces lock and build `--offline`, so that no test waits for the registry. Two versions of one package need two
 * sets, since Cargo resolves compatible versions to one.
 */
const sets: readonly Readonly<Record<string, string>>[] = [
  { itoa: '1.0.17', memchr: '2.7.6', cc: '1.2.44', shlex: '1.3.0', 'find-msvc-tools': '0.1.4' },
  { itoa: '1.0.18', memchr: '2.8.3' },
];

/** Vitest's global setup: downloads missing packages from the configured registry. */
export function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-packages-'));
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/lib.rs'), '');
  for (const packages of sets) {
    const dependencies = Object.entries(packages).map(([name, version]) => `${name} = "=${version}"\n`);
    writeFileSync(
      join(folder, 'Cargo.toml'),
      `[package]\nname = "packages"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n${dependencies.join('')}`,
    );
    rmSync(join(folder, 'Cargo.lock'), { force: true });
    const isThere = spawnSync('cargo', ['fetch', '--offline'], { cwd: folder, stdio: 'ignore' }).status === 0;
    if (!isThere) execFileSync('cargo', ['fetch', '--quiet'], { cwd: folder, stdio: 'inherit' });
  }
  rmSync(folder, { recursive: true });
}
