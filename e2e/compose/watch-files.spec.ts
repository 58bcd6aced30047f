import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, docker, isGone } from './engine.ts';
import { mill, MillWorkspace, type Running, service } from './mill.ts';

let workspace: MillWorkspace | undefined;
let running: Running | undefined;
afterEach(async () => {
  await running?.interrupt();
  running = undefined;
  workspace?.remove();
});

const container = (name: string) => `${workspace?.projectName ?? ''}-${name}-1`;
const inspect = (name: string, format: string) => docker('inspect', '--format', format, container(name));
const idOf = (name: string) => inspect(name, '{{.Id}}');
const startOf = (name: string) => inspect(name, '{{.State.StartedAt}}');
const environmentOf = (name: string) => inspect(name, '{{json .Config.Env}}');

async function watched(one: MillWorkspace): Promise<Running> {
  workspace = one;
  one.place(mill());
  running = one.run(['run', 'stack:watch']);
  await running.says('watching ');
  return running;
}

/** Edits a file, and waits for the resulting output of `watch`. */
async function edit(path: string, change: (text: string) => string, says: string): Promise<string> {
  if (!workspace || !running) throw new Error('nothing is watched');
  const before = running.output.length;
  workspace.write(path, change(workspace.exists(path) ? workspace.read(path) : ''));
  await running.says(says, before);
  return running.output.slice(before);
}

describeWithEngine('watch: edits of the files of the stack', () => {
  it('recreates services that an edit of the Compose file changes, and keeps the stack if the file is invalid', async () => {
    const one = new MillWorkspace({ grinder: service(), sifter: service() });
    await watched(one);
    const sifter = idOf('sifter');
    const addGrain = (text: string) =>
      text.replace('  sifter:\n', '    environment: { GRAIN: rye }\n  sifter:\n');
    await edit('stack/compose.yaml', addGrain, 'grinder ready');
    expect(environmentOf('grinder')).toContain('GRAIN=rye');
    expect(idOf('sifter')).toBe(sifter);

    const grinder = startOf('grinder');
    const refused = await edit(
      'stack/compose.yaml',
      (text) => text.replace('  sifter:\n', '    prots: [1]\n  sifter:\n'),
      'stack keeps running unchanged',
    );
    expect(refused).toContain(
      'error[COMPOSE_FILE_INVALID]: invalid Compose file\n  --> stack/compose.yaml:9\n',
    );
    expect(startOf('grinder')).toBe(grinder);

    // Mounted files are still updated in the meantime.
    one.place(mill('two'));
    await running?.says('restarting grinder, sifter');
    await running?.says('grinder, sifter ready');
    expect(docker('logs', container('grinder'))).toContain('mill two');

    const restarted = startOf('grinder');
    await edit(
      'stack/compose.yaml',
      (text) => text.replace('    prots: [1]\n', ''),
      'no service is affected',
    );
    expect(startOf('grinder')).toBe(restarted);

    await edit(
      'stack/compose.yaml',
      (text) => `${text}  miller:\n${service().replace('/opt/mill, serve', 'sleep, "1000"')}`,
      'miller ready',
    );
    const gone = await edit('stack/compose.yaml', (text) => text.replace(/ {2}miller:\n[^]*/, ''), 'removed');
    expect(gone).toContain('removed: miller');
    await running?.interrupt();
    await isGone(one.projectName);
  });

  it('reports an error in x-millwright with its line, and applies new mounts', async () => {
    const one = new MillWorkspace(
      { grinder: service(), sifter: service().replace('/opt/mill', 'sleep') },
      { mounted: ['grinder'] },
    );
    one.write(
      'stack/compose.yaml',
      one.read('stack/compose.yaml').replace('[sleep, serve]', '[sleep, "1000"]'),
    );
    await watched(one);
    const wrong = await edit(
      'stack/compose.yaml',
      (text) => text.replace('path: /opt/mill', 'path: opt/mill'),
      'stack keeps running unchanged',
    );
    expect(wrong).toContain(
      'error[COMPOSE_FILE_INVALID]: invalid Compose file\n  --> stack/compose.yaml:2\n',
    );
    expect(wrong).toContain('expected an absolute path in the container');
    await edit(
      'stack/compose.yaml',
      (text) => text.replace('path: opt/mill', 'path: /opt/mill').replace('[grinder]', '[grinder, sifter]'),
      'sifter ready',
    );
    expect(inspect('sifter', '{{range .Mounts}}{{.Destination}} {{end}}')).toContain('/opt/mill');
  });

  it('watches overrides, included and extended files, environment files, and mounted files', async () => {
    const more = [
      'env_file: [vars/mill.env]',
      'hostname: "${MILL_NAME:-nobody}"',
      'volumes: ["./stones.cfg:/etc/stones.cfg:ro"]',
      'extends: { file: ../shared/base.yaml, service: base }',
    ];
    const rest = 'include: [../shared/sieve.yaml]\nconfigs: { meal: { file: meal.cfg } }\n';
    const one = new MillWorkspace({ grinder: service('serve', more) }, { rest });
    one.write('shared/base.yaml', 'services: { base: { image: x, labels: { wheat: one } } }\n');
    one.write(
      'shared/sieve.yaml',
      `services:\n  sifter:\n${service().replace('/opt/mill, serve', 'sleep, "1000"')}`,
    );
    one.write('stack/compose.override.yaml', 'services: { grinder: { configs: [meal] } }\n');
    one.write('stack/vars/mill.env', 'STONE=one\n');
    one.write('stack/.env', 'MILL_NAME=mill-one\n');
    one.write('stack/stones.cfg', 'one\n');
    one.write('stack/meal.cfg', 'one\n');
    await watched(one);
    const [grinder, sifter] = [idOf('grinder'), startOf('sifter')];

    // A bind mount and a Compose config: the same container, with the current file.
    for (const file of ['stack/stones.cfg', 'stack/meal.cfg']) {
      const printed = await edit(file, () => 'two\n', 'grinder ready');
      expect(printed).toContain(`${file} changed; restarting grinder\n`);
    }
    expect(idOf('grinder')).toBe(grinder);
    expect(startOf('sifter')).toBe(sifter);

    const two = (text: string) => text.replace('one', 'two');
    await edit('stack/vars/mill.env', two, 'grinder ready');
    expect(environmentOf('grinder')).toContain('STONE=two');
    await edit('stack/.env', two, 'grinder ready');
    expect(inspect('grinder', '{{.Config.Hostname}}')).toBe('mill-two');
    await edit('shared/base.yaml', two, 'grinder ready');
    expect(inspect('grinder', '{{index .Config.Labels "wheat"}}')).toBe('two');
    await edit(
      'stack/compose.override.yaml',
      (text) => text.replace('[meal]', '[meal], labels: { rye: "1" }'),
      'grinder ready',
    );
    expect(startOf('sifter')).toBe(sifter);
    await edit('shared/sieve.yaml', (text) => text.replace('1000', '2000'), 'sifter ready');
  });

  it('builds nothing for an edit of a stack in the folder of a mounted project', async () => {
    const one = new MillWorkspace({ grinder: service() });
    one.write('project.json', one.read('mill/project.json'));
    one.delete('mill/project.json');
    await watched(one);
    const printed = await edit(
      'stack/compose.yaml',
      (text) => `${text}    hostname: mill\n`,
      'grinder ready',
    );
    expect(printed).toContain('stack/compose.yaml changed; updating stack');
    await edit('grain.txt', () => 'rye\n', 'the mounted files did not change');
    expect(running?.output.match(/built in/g)).toHaveLength(1);
  });

  it('checks new mounts and ports before it changes anything', async () => {
    const one = new MillWorkspace({ grinder: service('serve', ["ports: ['127.0.0.1:38430:80']"]) });
    await watched(one);
    const before = startOf('grinder');
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(38_431, '127.0.0.1', resolve));
    try {
      const refused = await edit(
        'stack/compose.yaml',
        (text) => text.replace('38430', '38431'),
        'stack keeps running unchanged',
      );
      expect(refused).toContain('PORT_IN_USE');
      expect(startOf('grinder')).toBe(before);
    } finally {
      holder.close();
    }
    await edit('stack/compose.yaml', (text) => text.replace('38431', '38432'), 'grinder ready');
    await running?.says('127.0.0.1:38432 → 80');
    const image = await edit(
      'stack/compose.yaml',
      (text) => text.replace('debian:bookworm-slim', 'localhost:1/no-such-mill:1'),
      'stack keeps running unchanged',
    );
    expect(image).toContain('IMAGE_MISSING');
    expect(inspect('grinder', '{{.State.Status}}')).toBe('running');
  });
});
