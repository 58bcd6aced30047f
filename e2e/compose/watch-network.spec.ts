import { appendFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { until } from '../until.ts';
import { describeWithEngine, docker, isGone, runImage } from './engine.ts';
import { mill, MillWorkspace, type Running, service } from './mill.ts';

let workspace: MillWorkspace;
let running: Running;
afterEach(async () => {
  await running.interrupt();
  await isGone(workspace.projectName);
  workspace.remove();
});

const container = (name: string) => `${workspace.projectName}-${name}-1`;
const startedAt = (name: string) => docker('inspect', '--format', '{{.State.StartedAt}}', container(name));
const networkOf = (name: string) => docker('exec', container(name), 'readlink', '/proc/1/ns/net');

/** A service without mounts. */
const idle = (more: string) =>
  `    image: ${runImage}\n    init: true\n    command: [sleep, '99999']\n    ${more}\n`;

describeWithEngine('watch', () => {
  it('restarts services that share the network or processes of a restarted service or request it, and no others', async () => {
    workspace = new MillWorkspace(
      {
        server: service(),
        sidecar: idle("network_mode: 'service:server'"),
        tracer: idle("pid: 'service:server'"),
        asking: idle('depends_on: { server: { condition: service_started, restart: true } }'),
        bystander: idle('depends_on: [server]'),
      },
      { mounted: ['server'] },
    );
    workspace.place(mill('one'));
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    const names = ['server', 'sidecar', 'tracer', 'asking', 'bystander'];
    const before = new Map(names.map((name) => [name, startedAt(name)]));
    workspace.place(mill('two'));
    const restart = 'restarting server, asking, sidecar, tracer';
    await running.says(restart);
    await running.says('ready', running.output.indexOf(restart));
    expect(networkOf('sidecar')).toBe(networkOf('server'));
    const restarted = names.filter((name) => startedAt(name) !== before.get(name));
    expect(restarted).toEqual(['server', 'sidecar', 'tracer', 'asking']);
  });

  it('restarts ended and removed services with the next change, and says so', async () => {
    workspace = new MillWorkspace(
      { server: service(), database: idle('stop_grace_period: 1s') },
      { mounted: ['server'] },
    );
    workspace.place(mill('one'));
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    docker('kill', container('database'));
    await running.says('database will be restarted on the next change');
    workspace.place(mill('two'));
    await running.says('database ready');
    expect(docker('inspect', '--format', '{{.State.Running}}', container('database'))).toBe('true');
    docker('rm', '--force', container('database'));
    await running.says('error[SERVICE_REMOVED]: the service database of stack was removed');
    workspace.place(mill('three'));
    await running.says('database ready', running.output.indexOf('SERVICE_REMOVED'));
    expect(docker('logs', container('server'))).toContain('mill three');
  });

  it('builds nothing for ignored files in a project at the workspace root', async () => {
    workspace = new MillWorkspace({ server: service() });
    workspace.delete('mill/project.json');
    const target = { executor: 'nx:run-commands', options: { command: 'date >> built.txt' } };
    workspace.write(
      'project.json',
      JSON.stringify({ name: 'mill', targets: { 'build-linux-amd64': target } }),
    );
    workspace.write('.gitignore', `${workspace.read('.gitignore')}*.log\n/built.txt\n`);
    workspace.write('src/.gitignore', 'generated\n');
    workspace.write('src/main.c', 'one');
    workspace.place(mill('one'));
    workspace.commit();
    running = workspace.run(['run', 'stack:watch']);
    await running.says('watching ');
    const builds = () => workspace.read('built.txt').trim().split('\n').length;
    // The first build of watch, and no other one.
    await until(() => builds() === 2);
    for (let append = 0; append < 3; append++) {
      const said = running.output.length;
      appendFileSync(workspace.path('server.log'), `${append}\n`);
      workspace.write('src/generated/a.c', String(append));
      // An edit that needs no build. It is handled together with all changes before it.
      appendFileSync(workspace.path('stack/compose.yaml'), `# ${append}\n`);
      await running.says('no service is affected', said);
    }
    workspace.write('src/main.c', 'two');
    await running.says('the mounted files did not change');
    expect(builds()).toBe(3);
  });
});
