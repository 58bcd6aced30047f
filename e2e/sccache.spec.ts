import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { manifest, Workspace } from './workspace.ts';

describeWithTool('sccache', () => {
  let workspace: Workspace;
  const env = () => ({ SCCACHE_DIR: workspace.path('.nx/sccache'), SCCACHE_SERVER_PORT: '4229' });
  beforeAll(() => {
    workspace = new Workspace({
      'Cargo.toml':
        '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[profile.release]\nincremental = true\n',
      'crates/base/Cargo.toml': manifest('base'),
      'crates/base/src/lib.rs': 'pub fn base() -> u8 { 1 }\n',
      'crates/app/Cargo.toml': manifest('app', '[dependencies]\nbase = { path = "../base" }\n'),
      'crates/app/src/main.rs': 'fn main() { println!("{}", base::base()); }\n',
    });
  });
  afterAll(() => {
    execFileSync('sccache', ['--stop-server'], { env: { ...process.env, ...env() }, stdio: 'ignore' });
    workspace.remove();
  });
  const build = (configuration: string) => {
    rmSync(workspace.path('target'), { recursive: true, force: true });
    const { status, output } = workspace.nx(['run', `app:build:${configuration}`, '--skip-nx-cache'], env());
    expect(status, output).toBe(0);
    return output;
  };

  it('compiles release builds, incremental ones by their profile too, and tells its hit rate', () => {
    expect(build('release')).toContain('sccache 0 of 1 hits');
    expect(build('release')).toContain('sccache 1 of 1 hits');
    const metrics = JSON.parse(workspace.read('artifacts/linux/amd64/app.metrics.json')) as unknown;
    expect(metrics).toMatchObject({ cacheHits: 1, cacheMisses: 0 });
  });

  it('leaves development builds incremental', () => {
    expect(build('dev')).not.toContain('sccache');
    expect(workspace.exists('target/debug/incremental')).toBe(true);
  });
});
