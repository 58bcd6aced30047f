import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../until.ts';
import { describeWithEngine, runImage } from './engine.ts';
import { checked, mill, MillWorkspace, service } from './mill.ts';

/** A separate engine for this test, which may be killed. */
const folder = mkdtempSync(join(tmpdir(), 'millwright-dockerd-'));
const host = `unix://${folder}/docker.sock`;
let daemon: ChildProcess | undefined;

const answers = () => spawnSync('docker', ['--host', host, 'version'], { stdio: 'ignore' }).status === 0;

async function startDaemon(): Promise<void> {
  const args = ['--host', host, '--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`];
  const apart = ['--pidfile', `${folder}/docker.pid`, '--bridge', 'none', '--iptables=false'];
  // Without its own bridge, it would remove docker0 of the machine's engine. Therefore, it runs in its own
  // network namespace.
  const started = spawn('unshare', ['--net', 'dockerd', ...args, ...apart], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  daemon = started;
  let log = '';
  started.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await until(() => answers() || started.exitCode !== null);
  if (started.exitCode !== null) throw new Error(`dockerd ended with ${started.exitCode}:\n${log}`);
}

async function stopDaemon(signal: NodeJS.Signals): Promise<void> {
  if (daemon?.exitCode !== null || daemon.signalCode !== null) return;
  const containerd = containerdId();
  const ended = once(daemon, 'exit');
  daemon.kill(signal);
  await ended;
  // containerd ends slightly later. A new dockerd that finds it running would rely on it and fail with it.
  await until(() => containerd === undefined || !existsSync(`/proc/${containerd}`));
}

function containerdId(): string | undefined {
  const file = `${folder}/exec/containerd/containerd.pid`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

const mayStartOne = process.getuid?.() === 0 && spawnSync('dockerd', ['--version']).status === 0;

describe.skipIf(!mayStartOne)('with a separate engine (requires root and dockerd)', () => {
  describeWithEngine('up', () => {
    beforeAll(async () => {
      await startDaemon();
      execFileSync('sh', ['-c', `docker save ${runImage} | docker --host ${host} load`], { stdio: 'ignore' });
    });

    afterAll(async () => {
      await stopDaemon('SIGTERM');
      // A killed engine leaves its file systems mounted.
      const mounted = readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .flatMap((line) => line.split(' ')[1] ?? []);
      for (const path of mounted.filter((one) => one.startsWith(folder)).reverse())
        spawnSync('umount', ['--lazy', path]);
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([
      ['while the stack starts', 'idle', 'not healthy yet'],
      ['while the stack runs', 'serve', 'stack is ready'],
    ])('reports that the engine died %s, with a remedy', async (_, mode, moment) => {
      const services = {
        grinder: service(mode, [checked.replace('retries: 3', 'retries: 99'), 'network_mode: none']),
      };
      const workspace = new MillWorkspace(services);
      workspace.place(mill());
      const env = { DOCKER_HOST: host };
      try {
        const running = workspace.run(['run', 'stack:up'], env);
        await running.says(moment);
        await stopDaemon('SIGKILL');
        await running.ended();
        expect(running.status).not.toBe(0);
        expect(running.output).toContain('error[ENGINE_LOST]: docker stopped responding');
        expect(running.output).toContain('nx run stack:down');

        await startDaemon();
        const { output } = workspace.nx(['run', 'stack:down'], env);
        expect(output).toContain('stack is down');
        const left = execFileSync('docker', ['--host', host, 'ps', '--all', '--quiet'], { encoding: 'utf8' });
        expect(left).toBe('');
      } finally {
        workspace.remove();
      }
    });
  });
});
