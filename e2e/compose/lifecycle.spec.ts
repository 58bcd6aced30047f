import { statSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { patience, until } from '../until.ts';
import { describeWithEngine, docker, isGone, leftovers } from './engine.ts';
import { checked, mill, MillWorkspace, service, type Running } from './mill.ts';
import { processesNaming } from './processes.ts';

const open: MillWorkspace[] = [];
const started: Running[] = [];
afterEach(async () => {
  for (const running of started.splice(0)) await running.interrupt();
  for (const workspace of open.splice(0)) workspace.remove();
});

function fresh(...parameters: ConstructorParameters<typeof MillWorkspace>): MillWorkspace {
  const workspace = new MillWorkspace(...parameters);
  open.push(workspace);
  workspace.place(mill());
  return workspace;
}

async function up(workspace: MillWorkspace, ...args: string[]): Promise<Running> {
  const running = workspace.run(['run', 'stack:up', ...args]);
  started.push(running);
  await running.isUp();
  return running;
}

const logsOf = (workspace: MillWorkspace, name: string) =>
  docker('logs', `${workspace.projectName}-${name}-1`);

describeWithEngine('a stack', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'is up when its services are ready and its one-shots have succeeded, and %s removes it',
    async (signal) => {
      const workspace = fresh({ grinder: service('serve', [checked]), prepare: service('end') });
      const running = await up(workspace);
      expect(running.output).toMatch(/grinder +healthy/);
      expect(running.output).toMatch(/prepare +exit code 0/);
      running.signal(signal);
      await running.ended();
      await isGone(workspace.projectName);
      expect(await until(() => processesNaming(workspace.projectName).length === 0)).toBe(true);
    },
  );

  it('reports once that a service became unhealthy, and that it recovered', async () => {
    const workspace = fresh({ grinder: service('serve', [checked]) });
    const running = await up(workspace);
    const container = `${workspace.projectName}-grinder-1`;
    docker('exec', container, 'rm', '/tmp/healthy');
    await running.says('grinder  became unhealthy');
    docker('exec', container, 'touch', '/tmp/healthy');
    await running.says('grinder  is healthy again');
    expect(running.output.match(/became unhealthy/g)).toHaveLength(1);
  });

  it('is taken down even if Nx and all its descendants are killed', async () => {
    const workspace = fresh({ grinder: service() });
    const running = await up(workspace);
    running.signal('SIGKILL');
    await running.ended();
    await isGone(workspace.projectName);
    expect(await until(() => processesNaming(workspace.projectName).length === 0)).toBe(true);
  });

  it('is taken down if the signal arrives during the start', async () => {
    // The start would not fail by itself within the test's time limit.
    const never = 10 * patience;
    const workspace = fresh({
      grinder: service('idle', [checked.replace('retries: 3', `retries: ${never}`)]),
    });
    const running = workspace.run(['run', 'stack:up', `--timeout=${never}`]);
    await running.says('not healthy yet');
    await running.interrupt();
    await isGone(workspace.projectName);
  });

  it('keeps its volumes, unless configured otherwise', async () => {
    const volumes = { rest: 'volumes:\n  flour:\n' };
    const workspace = fresh({ grinder: service('serve', ['volumes: [flour:/flour]']) }, volumes);
    await (await up(workspace)).interrupt();
    await isGone(workspace.projectName, `${workspace.projectName}_flour`);
    await (await up(workspace, '--volumes')).interrupt();
    await isGone(workspace.projectName);
  });

  it('runs the current binary when a service is restarted', async () => {
    const workspace = fresh({ grinder: service() });
    await up(workspace);
    workspace.place(mill('two'));
    docker('restart', '--time', '1', `${workspace.projectName}-grinder-1`);
    expect(await until(() => logsOf(workspace, 'grinder').includes('mill two'))).toBe(true);
  });

  it('signals its readiness and address to waiting tasks', async () => {
    const workspace = fresh({ grinder: service('serve', [checked, "ports: ['127.0.0.1:38417:80']"]) });
    const dependsOn = [{ projects: 'stack', target: 'up', waitFor: 'ready' }];
    workspace.write(
      'client/project.json',
      JSON.stringify({
        name: 'client',
        targets: {
          ask: { executor: 'nx:run-commands', options: { command: 'echo asked $NX_READY_URL' }, dependsOn },
        },
      }),
    );
    const { status, output } = workspace.nx(['run', 'client:ask']);
    expect(output).toContain('asked http://127.0.0.1:38417/');
    expect(status).toBe(0);
    await isGone(workspace.projectName);
  });

  it('runs from two checkouts at the same time', async () => {
    const services = {
      grinder: service('serve', [
        checked,
        "ports: ['127.0.0.1:38418:80', '127.0.0.1:38419:81']",
        'container_name: the-grinder',
      ]),
    };
    const first = fresh(services);
    const second = fresh(services);
    const one = await up(first);
    const other = await up(second);
    expect(one.output).toContain('grinder  http://127.0.0.1:38418 → 80');
    expect(other.output).toMatch(/127\.0\.0\.1:38420 → 80 \(38418 is taken: the container .* run from .*\)/);
    expect(other.output).toContain('127.0.0.1:38421 → 81');
    expect(docker('port', `${second.projectName}-grinder-1`, '80')).toBe('127.0.0.1:38420');
    await one.interrupt();
    await isGone(first.projectName);
    expect(leftovers(second.projectName)).toContain(`${second.projectName}-grinder-1`);
    await other.interrupt();
    await isGone(second.projectName);
  });

  it('reports the other stack that holds a port', async () => {
    const ports = "ports: ['127.0.0.1:38422:80']";
    await up(fresh({ grinder: service('serve', [ports]) }));
    const stranger = fresh({ sifter: service('serve', [ports]) });
    stranger.write(
      'stack/compose.yaml',
      stranger.read('stack/compose.yaml').replace('x-millwright:', 'x-millwright:\n  name: other'),
    );
    const { output } = stranger.nx(['run', 'other:up']);
    expect(output).toContain('error[PORT_IN_USE]: port 38422');
    expect(output).toMatch(/the container stack-\w+-grinder-1 uses it \(stack stack, run from /);
  });

  it('neither prints nor writes secrets', async () => {
    const secret = 'flour-and-water-7';
    const workspace = fresh({
      grinder: service(`'${secret}'`, [`environment: { MILL_PASSWORD: '${secret}' }`]),
    });
    const running = await up(workspace);
    await running.says('mill one begins to ***');
    const folder = `.nx/workspace-data/millwright/stacks/${workspace.projectName}`;
    const override = `${folder}/override.yaml`;
    expect(workspace.read(override)).not.toContain(secret);
    expect(statSync(workspace.path(override)).mode & 0o077).toBe(0);
    const shown = workspace.nx(['run', 'stack:config']).output + workspace.nx(['run', 'stack:logs']).output;
    expect(shown).toContain('MILL_PASSWORD: "***"');
    expect(shown).toContain('begins to ***');
    expect(shown + running.output).not.toContain(secret);
    await running.interrupt();
  });

  it('is listed, and taken down by name if its files are gone', () => {
    const workspace = fresh({ grinder: service() });
    docker(
      'compose',
      '--project-name',
      workspace.projectName,
      '--file',
      withMount(workspace),
      'up',
      '--detach',
    );
    expect(workspace.nx(['run', 'stack:ps']).output).toContain(`${workspace.projectName}-grinder-1`);
    workspace.write('stack/compose.yaml', 'services: {}\n');
    expect(workspace.nx(['run', 'stack:down']).output).toContain('stack is down');
    expect(leftovers(workspace.projectName)).toEqual([]);
    for (const target of ['ps', 'logs'])
      expect(workspace.nx(['run', `stack:${target}`]).output).toContain(
        'stack is not running; nx run stack:up',
      );
  });
});

/** A Compose file that mounts the artifact with an ordinary volume. */
function withMount(workspace: MillWorkspace): string {
  workspace.write(
    'plain.yaml',
    `services:\n  grinder:\n${service('serve', [`volumes: ['${workspace.artifact}:/opt/mill:ro']`])}`,
  );
  return workspace.path('plain.yaml');
}
