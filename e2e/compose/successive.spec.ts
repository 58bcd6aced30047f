import { spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { until } from '../until.ts';
import { describeWithEngine, docker, isGone, leftovers } from './engine.ts';
import { checked, mill, MillWorkspace, type Running, service } from './mill.ts';
import { commandLineOf, descendantsOf, processesNaming, signal } from './processes.ts';

let workspace: MillWorkspace;
const started: Running[] = [];
afterEach(async () => {
  for (const running of started) running.signal('SIGINT');
  await killContainers();
  for (const running of started.splice(0)) await running.ended();
  await isGone(workspace.projectName);
  workspace.remove();
});

function start(target: string): Running {
  const running = workspace.run(['run', `stack:${target}`]);
  started.push(running);
  return running;
}

/** Kills the containers that exist and would take long to stop, and waits until they have ended. */
async function killContainers(): Promise<void> {
  const project = ['--filter', `label=com.docker.compose.project=${workspace.projectName}`];
  const running = () =>
    docker('ps', '--quiet', ...project)
      .split('\n')
      .filter(Boolean);
  const found = running();
  // Docker can miss a kill of a container that it is stopping.
  const haveEnded = () => {
    const left = running().filter((id) => found.includes(id));
    if (left.length > 0) spawnSync('docker', ['kill', ...left], { stdio: 'ignore' });
    return left.length === 0;
  };
  expect(await until(haveEnded), 'the killed containers end').toBe(true);
}

/**
 * A container whose first process ignores SIGTERM, so that it stops only after its grace period, or when
 * the test kills it.
 */
const slow = service('serve', [checked, 'stop_grace_period: 3m']).replace('init: true', 'init: false');

const isWaiting = 'stack: waiting for the previous run (nx run stack:up) to shut down';

describeWithEngine('a new run of a stack', () => {
  it.each<[how: string, end: (running: Running) => void]>([
    [
      'Ctrl-C',
      (running) => {
        running.signal('SIGINT');
      },
    ],
    [
      'kill -9 of Nx',
      (running) => {
        process.kill(running.pid, 'SIGKILL');
      },
    ],
    [
      'kill -9 of Nx and all below it',
      (running) => {
        running.signal('SIGKILL');
      },
    ],
  ])('waits until the previous run has been taken down, and says so: after %s', async (_, end) => {
    workspace = new MillWorkspace({ grinder: slow });
    workspace.place(mill());
    const first = start('up');
    await first.isUp();
    const [container] = leftovers(workspace.projectName);
    const before = docker('inspect', '--format', '{{.Id}}', container ?? '');
    end(first);
    const second = start('up');
    await second.says(isWaiting);
    await killContainers();
    await second.isUp();
    expect(docker('inspect', '--format', '{{.Id}}', container ?? '')).not.toBe(before);
    expect(docker('inspect', '--format', '{{.State.Health.Status}}', container ?? '')).toBe('healthy');
    expect(second.status).toBeUndefined();
  });

  it.each(['watch', 'up:dev'])('is rejected while another one runs: %s', async (target) => {
    workspace = new MillWorkspace({ grinder: service() });
    workspace.place(mill());
    const first = start('up');
    await first.isUp();
    const { status, output } = workspace.nx(['run', `stack:${target}`, '--exclude-task-dependencies']);
    expect(status).toBe(1);
    expect(output).toContain('error[STACK_RUNNING]: the stack stack is already running');
    expect(output).toContain('the stack was started by nx run stack:up (process');
    expect(first.status).toBeUndefined();
    expect(leftovers(workspace.projectName)).toHaveLength(2);
  });

  it('starts the stack while the previous, failed run is still taking it down', async () => {
    workspace = new MillWorkspace({ grinder: slow, sifter: service() });
    workspace.place(mill());
    const first = start('up');
    await first.isUp();
    docker('kill', `${workspace.projectName}-sifter-1`);
    await first.says('last lines of sifter');
    const record = `.nx/workspace-data/millwright/stacks/${workspace.projectName}/run.json`;
    expect(await until(() => workspace.read(record).includes('"ending":true'))).toBe(true);
    const second = start('up');
    await second.says(isWaiting);
    await killContainers();
    await second.isUp();
    expect(first.status).toBe(1);
    expect(second.status).toBeUndefined();
  });

  it('starts again while nx run stack:down takes the previous one down', async () => {
    workspace = new MillWorkspace({ grinder: slow });
    workspace.place(mill());
    const first = start('up');
    await first.isUp();
    const down = start('down');
    await down.says('stopping nx run stack:up (process');
    const second = start('up');
    await second.says(isWaiting);
    await killContainers();
    await second.isUp();
    await Promise.all([first.ended(), down.ended()]);
    expect([first.status, down.status]).toEqual([0, 0]);
    expect(second.status).toBeUndefined();
  });

  it('is ended by nx run stack:down even during its start', async () => {
    workspace = new MillWorkspace({
      grinder: service('idle', [checked.replace('retries: 3', 'retries: 999')]),
    });
    workspace.place(mill());
    const first = start('up');
    await first.says('not healthy yet');
    expect(workspace.nx(['run', 'stack:down']).output).toContain('stack is down');
    await first.ended();
    expect(first.output).toContain('stack is being removed by nx run stack:down');
    expect(first.status).toBe(0);
  });

  it('takes down the remains of a run that was killed together with both reapers', async () => {
    workspace = new MillWorkspace({ grinder: service() });
    workspace.place(mill('one'));
    const container = await abandoned();
    workspace.place(mill('two'));
    const second = start('up');
    await second.isUp();
    expect(second.output).toContain('stack: removing the containers of nx run stack:up, which was killed');
    await second.says('mill two begins');
    expect(docker('ps', '--all', '--quiet', '--no-trunc')).not.toContain(container);
  });
});

describeWithEngine('nx run stack:down', () => {
  it('takes down the remains of a run that was killed together with both reapers', async () => {
    workspace = new MillWorkspace({ grinder: service() });
    workspace.place(mill());
    await abandoned();
    const { status, output } = workspace.nx(['run', 'stack:down']);
    expect(output).toContain('stack: removing the containers of nx run stack:up, which was killed');
    expect(status, output).toBe(0);
    expect(leftovers(workspace.projectName)).toEqual([]);
  });
});

/** Kills a run together with its reapers. @returns the container that is left */
async function abandoned(): Promise<string> {
  const first = workspace.run(['run', 'stack:up']);
  await first.isUp();
  const reapers = () =>
    processesNaming(workspace.projectName).filter((pid) => commandLineOf(pid).includes('reaper.js'));
  expect(await until(() => reapers().length === 2)).toBe(true);
  signal([...reapers(), first.pid, ...descendantsOf(first.pid)], 'SIGKILL');
  await first.ended();
  return docker('inspect', '--format', '{{.Id}}', `${workspace.projectName}-grinder-1`);
}
