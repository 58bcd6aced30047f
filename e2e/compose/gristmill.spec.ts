import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repository, Workspace } from '../workspace.ts';
import { describeWithEngine, isGone, leftovers, projectNameIn } from './engine.ts';
import { Running } from './mill.ts';

const gristmill = join(repository, 'examples/gristmill');
const skipped = new Set(['target', 'node_modules', '.nx']);

const projectName = (folder: string) => projectNameIn(folder, 'gristmill-stack');

async function versionAt(port: string): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/version`);
  return answer.json();
}

describeWithEngine("gristmill's stack", () => {
  let copy: Workspace;

  beforeAll(() => {
    const nx = [
      'run-many',
      '--target',
      'build-linux-amd64',
      '--projects',
      'gristmill-server,gristmill-worker',
    ];
    execFileSync(join(repository, 'node_modules/.bin/nx'), nx, {
      cwd: repository,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
      stdio: 'ignore',
    });
    copy = new Workspace(
      {},
      undefined,
      (folder) => {
        cpSync(gristmill, join(folder, 'examples/gristmill'), {
          recursive: true,
          filter: (path) => !skipped.has(basename(path)),
        });
        cpSync(join(repository, 'artifacts/linux/amd64'), join(folder, 'artifacts/linux/amd64'), {
          recursive: true,
        });
      },
      [{ plugin: '@millwright/cargo', options: { platforms: ['linux/amd64'] } }, '@millwright/compose'],
    );
  });

  afterAll(() => {
    copy.remove();
  });

  it('passes its end-to-end test', () => {
    const { status, stdout } = spawnSync(
      join(repository, 'node_modules/.bin/nx'),
      ['run', 'gristmill-stack:e2e'],
      {
        cwd: repository,
        env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
        encoding: 'utf8',
      },
    );
    expect(stdout).toContain('all jobs ended as expected');
    expect(status, stdout).toBe(0);
    expect(leftovers(projectName(repository))).toEqual([]);
  });

  it('runs from two checkouts at once, and Ctrl-C removes both', async () => {
    const first = new Running(repository, ['run', 'gristmill-stack:up']);
    await first.isUp('gristmill-stack');
    // The other checkout already has its binaries.
    const second = new Running(copy.folder, ['run', 'gristmill-stack:up', '--exclude-task-dependencies']);
    try {
      await second.isUp('gristmill-stack');
      const [port, moved] = [first, second].map(
        ({ output }) => /haproxy +http:\/\/127\.0\.0\.1:(\d+) → 8080/.exec(output)?.[1] ?? '',
      );
      expect(moved).not.toBe(port);
      for (const one of [port, moved])
        expect(await versionAt(one ?? '')).toMatchObject({ name: 'gristmill-server' });
    } finally {
      await Promise.all([first.interrupt(), second.interrupt()]);
    }
    await isGone(projectName(repository));
    await isGone(projectName(copy.folder));
  });

  it('defines its base images in one place', () => {
    const compose = readFileSync(join(gristmill, 'stack/compose.yaml'), 'utf8');
    const images = [...compose.matchAll(/image: (.*)/g)].map((match) => match[1]);
    expect(images.every((image) => /^\$\{\w+_IMAGE\}$/.test(image ?? ''))).toBe(true);
  });

  it('is affected only by its mounts', () => {
    const affected = (file: string) => {
      const args = ['show', 'projects', '--affected', `--files=${file}`, '--with-target', 'up'];
      const { stdout } = spawnSync(join(repository, 'node_modules/.bin/nx'), args, {
        cwd: repository,
        env: { ...process.env, NX_DAEMON: 'false' },
        encoding: 'utf8',
      });
      return stdout.trim();
    };
    expect(affected('examples/gristmill/crates/core/src/job.rs')).toBe('gristmill-stack');
    expect(affected('examples/gristmill/stack/haproxy.cfg')).toBe('gristmill-stack');
    expect(affected('examples/gristmill/crates/e2e/tests/queue.rs')).toBe('');
  });
});
