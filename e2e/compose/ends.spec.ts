import { afterEach, expect, it } from 'vitest';
import { repository } from '../workspace.ts';
import { describeWithEngine, docker, isGone, leftovers, runImage } from './engine.ts';
import { checked, mill, MillWorkspace, Running, service } from './mill.ts';

let workspace: MillWorkspace;
let running: Running;
afterEach(async () => {
  await running.interrupt();
  workspace.remove();
});

async function start(target: string, services: Readonly<Record<string, string>>): Promise<void> {
  workspace = new MillWorkspace(services);
  workspace.place(mill());
  running = workspace.run(['run', `stack:${target}`]);
  await running.isUp();
}

const container = (name: string) => `${workspace.projectName}-${name}-1`;
const compose = (...args: string[]) => docker('compose', '--project-name', workspace.projectName, ...args);

/** A service that exceeds its memory limit as soon as a file is written. */
const hungry = `    image: ${runImage}
    init: true
    mem_limit: 24m
    command: [sh, -c, 'until test -e /tmp/eat; do sleep 0.1; done; tail /dev/zero']
`;

describeWithEngine('up ends where another program ends', () => {
  it.each<[what: string, act: () => void, says: RegExp]>([
    [
      'one container by docker rm --force',
      () => docker('rm', '--force', container('grinder')),
      /error\[SERVICE_REMOVED\]: the service grinder of stack was removed/,
    ],
    [
      'all containers by docker rm --force',
      () => docker('rm', '--force', container('grinder'), container('sifter')),
      /error\[SERVICE_(REMOVED|ENDED)\]: /,
    ],
    ['the stack by docker compose down', () => compose('down'), /error\[SERVICE_(REMOVED|ENDED)\]: /],
    [
      'the stack by docker compose stop',
      () => compose('stop'),
      /error\[SERVICE_ENDED\]: the services? [\w, ]+ ha(?:s|ve) exited/,
    ],
    [
      'one container by docker stop',
      () => docker('stop', container('grinder')),
      /error\[SERVICE_ENDED\]: the service grinder has exited[^]*exit code 143/,
    ],
    [
      'one container by docker kill',
      () => docker('kill', container('sifter')),
      /error\[SERVICE_ENDED\]: the service sifter has exited[^]*exit code 137/,
    ],
  ])('%s', async (_, act, says) => {
    await start('up', { grinder: service(), sifter: service('serve', [checked]) });
    act();
    await running.ended();
    expect(running.output).toMatch(says);
    expect(running.status).toBe(1);
    await isGone(workspace.projectName);
  });

  it('a service runs out of memory', async () => {
    workspace = new MillWorkspace({ grinder: service(), eater: hungry }, { mounted: ['grinder'] });
    workspace.place(mill());
    running = workspace.run(['run', 'stack:up']);
    await running.isUp();
    docker('exec', container('eater'), 'touch', '/tmp/eat');
    await running.ended();
    expect(running.output).toMatch(
      /error\[SERVICE_ENDED\]: the service eater has exited[^]*it ran out of memory/,
    );
    expect(running.status).toBe(1);
    await isGone(workspace.projectName);
  });

  it('the stack during its start', async () => {
    workspace = new MillWorkspace({
      grinder: service('idle', [checked.replace('retries: 3', 'retries: 999')]),
    });
    workspace.place(mill());
    running = workspace.run(['run', 'stack:up']);
    await running.says('not healthy yet');
    compose('down');
    await running.ended();
    expect(running.output).toMatch(/error\[SERVICE_(REMOVED|ENDED)\]: /);
    expect(running.status).toBe(1);
    await isGone(workspace.projectName);
  });
});

describeWithEngine('up', () => {
  it('keeps running if an ended one-shot is removed, and ends once every service has ended successfully', async () => {
    await start('up', { prepare: service('end'), grinder: service('serve', ['stop_signal: SIGUSR1']) });
    docker('rm', container('prepare'));
    docker('exec', container('grinder'), 'true');
    expect(running.status).toBeUndefined();
    await running.interrupt();
    await isGone(workspace.projectName);
  });

  it('succeeds if every service has ended successfully', async () => {
    workspace = new MillWorkspace({ prepare: service('end') });
    workspace.place(mill());
    running = workspace.run(['run', 'stack:up']);
    await running.ended();
    expect(running.output).toContain('stack is ready');
    expect(running.output).toContain('all services of stack have exited');
    expect(running.status).toBe(0);
    await isGone(workspace.projectName);
  });

  it.each(['up', 'watch'])('succeeds if nx run stack:down takes it down: %s', async (target) => {
    await start(target, { grinder: service('serve', [checked]), sifter: service() });
    const { status, output } = workspace.nx(['run', 'stack:down']);
    expect(status, output).toBe(0);
    expect(output).toContain('stack is down');
    await running.ended();
    expect(running.output).toContain('stack is being removed by nx run stack:down');
    expect(running.output).not.toMatch(/SERVICE_|STACK_/);
    expect(running.status).toBe(0);
    await isGone(workspace.projectName);
  });
});

describeWithEngine('Ctrl-C in a terminal', () => {
  it('says that the stack is being stopped if Nx ends first, and when it has stopped', async () => {
    // The first process ignores SIGTERM, so that it stops when the test kills it.
    const slow = service('serve', ['stop_grace_period: 3m']).replace('init: true', 'init: false');
    workspace = new MillWorkspace({ grinder: slow });
    workspace.place(mill());
    const nx = `trap : INT; ${repository}/node_modules/.bin/nx run stack:up; echo "back at the prompt"; cat`;
    running = new Running(workspace.folder, ['--quiet', '--command', nx, '/dev/null'], {}, 'script');
    await running.isUp();
    running.type('\x03');
    await running.says('back at the prompt');
    await running.says('stopping stack');
    expect(running.output).not.toContain('stack stopped');
    compose('kill');
    await running.says('stack stopped');
    expect(leftovers(workspace.projectName)).toEqual([]);
  });
});
