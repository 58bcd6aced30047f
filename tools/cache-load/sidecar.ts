import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, MillwrightServer } from '../../e2e/cache/millwright-server.ts';
import { nxEnvironment, repository } from '../../e2e/workspace.ts';
import { median, pairwise } from '../bench/statistics.ts';

/** Times of a run of Nx in which the local cache has every result, in milliseconds. */
export interface SidecarResult {
  readonly alone: number;
  readonly withSidecar: number;
  /** The median of the differences of the rounds. */
  readonly added: number;
}

/** Runs Nx in turn alone and within `millwright cache run`. */
export async function measureSidecar(rounds: number): Promise<SidecarResult> {
  const server = new MillwrightServer();
  const folder = mkdtempSync(join(tmpdir(), 'millwright-sidecar-'));
  try {
    await server.start();
    writeWorkspace(folder);
    const token = await server.token('dev:ada');
    const env = nxEnvironment({ NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: token });
    const nx = [join(repository, 'node_modules/nx/dist/bin/nx.js'), 'run', 'app:build'];
    const run = (args: readonly string[]) => {
      const started = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stdout + stderr);
      return performance.now() - started;
    };
    const within = [cli, 'cache', 'run', '--server', server.url, '--', process.execPath, ...nx];
    for (const args of [nx, within]) run(args);
    const times: { alone: number[]; within: number[] } = { alone: [], within: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.alone.push(run(nx));
      times.within.push(run(within));
    }
    return {
      alone: median(times.alone),
      withSidecar: median(times.within),
      added: pairwise(times.within, times.alone, (one, other) => one - other),
    };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A project with one cached target. */
function writeWorkspace(folder: string): void {
  const build = {
    command: 'echo built > ../out.txt',
    options: { cwd: 'app' },
    cache: true,
    outputs: ['{workspaceRoot}/out.txt'],
  };
  mkdirSync(join(folder, 'app'));
  for (const [path, content] of Object.entries({
    'package.json': { name: 'workspace', private: true },
    'nx.json': { analytics: false },
    'app/project.json': { name: 'app', targets: { build } },
  }))
    writeFileSync(join(folder, path), JSON.stringify(content));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
}
