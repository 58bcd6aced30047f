import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startCacheServer } from './cache-server.ts';
import { manifest, outcomes, Workspace } from './workspace.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

it('machines with different Nx data folders share the cache of builds and checks', async () => {
  const workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
    'app/Cargo.toml': manifest('app'),
    'app/src/main.rs': 'fn main() {}\n',
  });
  const outside = mkdtempSync(join(tmpdir(), 'millwright-data-'));
  folders.push(workspace.folder, outside);
  using server = await startCacheServer();
  const run = (data: string | undefined) => {
    const env = { ...server.env, NX_CACHE_DIRECTORY: '.nx/own-cache', NX_WORKSPACE_DATA_DIRECTORY: data };
    const { status, output } = workspace.nx(['run-many', '-t', 'build', 'check'], env);
    expect(status, output).toBe(0);
    const found = new Set(Object.values(outcomes(output)));
    rmSync(workspace.path('.nx'), { recursive: true });
    return found;
  };
  expect(run('.nx/data')).toContain('built');
  for (const data of [outside, undefined, '.nx/other']) expect(run(data)).toEqual(new Set(['cached']));
});
