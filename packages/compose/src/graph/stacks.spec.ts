import { describe, expect, it } from 'vitest';
import type { ProjectConfiguration } from '@nx/devkit';
import { readComposeFile } from './compose-file.js';
import { stackEdges } from './edges.js';
import { configurationName, stackOf } from './stacks.js';
import { stackTargets } from './targets.js';

/** The stack of a folder of files, by path. */
function stack(files: Readonly<Record<string, string>>, folder = 'stack') {
  const read = new Map(Object.entries(files).map(([path, text]) => [path, readComposeFile(path, text)]));
  const inFolder = [...read.values()].filter(({ path }) => path.startsWith(`${folder}/`));
  const found = stackOf(inFolder, (path) => read.get(path));
  if (!found) throw new Error('no stack');
  return found;
}

const complete = 'services: { a: { image: x } }';
const overlay = 'services: { a: { ports: ["1:1"] } }';
const mounts = (project: string) =>
  `x-millwright: { mounts: [{ project: ${project}, services: [a], path: /opt/${project} }] }\n${complete}`;

describe('stackOf', () => {
  it.each<[string, Record<string, string>, string[], Record<string, string[]>]>([
    ['one file', { 'stack/compose.yaml': complete }, ['compose.yaml'], {}],
    [
      'its override',
      { 'stack/compose.yaml': complete, 'stack/compose.override.yaml': overlay },
      ['compose.yaml', 'compose.override.yaml'],
      {},
    ],
    [
      'a file on top',
      { 'stack/compose.yaml': complete, 'stack/compose.ci.yaml': overlay },
      ['compose.yaml'],
      { ci: ['compose.yaml', 'compose.ci.yaml'] },
    ],
    [
      'stacks side by side',
      { 'stack/docker-compose.real.yml': complete, 'stack/docker-compose.simple.yml': complete },
      ['docker-compose.real.yml'],
      { simple: ['docker-compose.simple.yml'] },
    ],
    [
      'a part that is included',
      { 'stack/compose.yaml': `include: [compose.db.yaml]\n${complete}`, 'stack/compose.db.yaml': complete },
      ['compose.yaml'],
      {},
    ],
    [
      'a file on top whose services extend parts without an image',
      {
        'stack/compose.yaml': complete,
        'stack/compose.trial.yaml': 'services: { a: { extends: { file: ../part/a.yaml, service: a } } }',
        'part/a.yaml': 'services: { a: { environment: { TRIAL: x } } }',
      },
      ['compose.yaml'],
      { trial: ['compose.yaml', 'compose.trial.yaml'] },
    ],
    [
      'one by itself whose services extend those that have an image in the end',
      {
        'stack/compose.yaml': complete,
        'stack/compose.other.yaml': 'services: { a: { extends: { file: ../part/a.yaml, service: a } } }',
        'part/a.yaml': 'services: { a: { extends: b }, b: { extends: { file: c.yaml, service: c } } }',
        'part/c.yaml': 'services: { c: { build: . } }',
      },
      ['compose.yaml'],
      { other: ['compose.other.yaml'] },
    ],
    [
      'a circle of extending services, which has no image',
      {
        'stack/compose.yaml': complete,
        'stack/compose.round.yaml': 'services: { a: { extends: b }, b: { extends: a } }',
      },
      ['compose.yaml'],
      { round: ['compose.yaml', 'compose.round.yaml'] },
    ],
    [
      'two names for the main file',
      { 'stack/compose.yaml': complete, 'stack/docker-compose.yml': complete },
      ['compose.yaml'],
      {},
    ],
  ])('%s', (_, files, main, variants) => {
    const found = stack(files);
    expect(found.main.files).toEqual(main);
    expect(Object.fromEntries(found.variants.map((one) => [one.name, one.files]))).toEqual(variants);
  });

  it('takes the mounts of files that are included or extended, and lists what it reads', () => {
    const found = stack({
      'stack/compose.yaml': `include: [../db/compose.yaml]\n${mounts('server')}`,
      'db/compose.yaml': `x-millwright: { mounts: [{ project: db, services: [b], path: /opt/db }] }\nservices: { b: { extends: { file: base.yaml, service: c } } }`,
      'db/base.yaml': complete,
    });
    expect(found.main.extension.mounts?.map(({ project }) => project)).toEqual(['server', 'db']);
    expect(found.reads).toEqual(['db/base.yaml', 'db/compose.yaml', 'stack/compose.yaml']);
  });
});

it.each([
  ['compose.yaml', 'main'],
  ['docker-compose.windmill-real.yml', 'windmill-real'],
  ['compose-e2e.yaml', 'e2e'],
  ['compose.ci.linux.yml', 'ci-linux'],
])('configurationName(%s) is %s', (file, name) => {
  expect(configurationName(file)).toBe(name);
});

describe('readComposeFile', () => {
  it('passes over what it does not understand, broken YAML too', () => {
    expect(readComposeFile('a/compose.yaml', 'services: [\n  a: {').uses).toEqual([]);
    expect(readComposeFile('a/compose.yaml', 'services: { a: 7 }').services[0]?.hasImage).toBe(false);
    expect(readComposeFile('a/compose.yaml', '').services).toEqual([]);
  });

  it('finds binds in both syntaxes, but no named volumes and no variables', () => {
    const volumes =
      '["../artifacts/linux/amd64/x:/x:ro", "data:/data", "$HOME/x:/y", { type: bind, source: ./conf, target: /c }]';
    const { binds } = readComposeFile('a/compose.yaml', `services: { a: { volumes: ${volumes} } }`);
    expect(binds).toEqual(['artifacts/linux/amd64/x', 'a/conf']);
  });

  it('finds files of variables in each syntax', () => {
    const services = '{ a: { env_file: one.env }, b: { env_file: [$X/two.env, { path: ../three.env }] } }';
    const include = '[{ path: [b.yaml], env_file: four.env }, c.yaml]';
    const { variables, uses } = readComposeFile(
      'a/compose.yaml',
      `services: ${services}\ninclude: ${include}`,
    );
    expect(variables).toEqual(['a/one.env', 'three.env', 'a/four.env']);
    expect(uses).toEqual(['a/b.yaml', 'a/c.yaml']);
  });

  it.each([
    ['x-millwright: { mounts: [{ project: x }] }', 1, 'x-millwright.mounts.0.services: '],
    [
      'x-millwright:\n  mounts:\n    - project: x\n      services: [a]\n      path: opt\n',
      5,
      'x-millwright.mounts.0.path: ',
    ],
    ['services: {}\nx-millwright:\n  names: x\n', 3, 'x-millwright: '],
  ])('refuses a wrong x-millwright by place: %s', (text, line, why) => {
    let thrown: unknown;
    try {
      readComposeFile('a/compose.yaml', text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'COMPOSE_FILE_INVALID',
      what: `a/compose.yaml:${line} is no valid Compose file`,
    });
    expect((thrown as { why: string }).why).toContain(why);
  });
});

describe('mounts of several files', () => {
  const mountsOf = (files: Readonly<Record<string, string>>, configuration: string) => {
    const found = stack(files).variants.find(({ name }) => name === configuration);
    return found?.extension.mounts?.map(({ project, services }) => [project, services]);
  };
  const base = `x-millwright: { mounts: [{ project: mill, services: [a, b], path: /opt/mill }] }
services: { a: { image: x }, b: { image: x } }`;

  it("takes a configuration's mount for the main stack's at the same place of a service", () => {
    const trial = `x-millwright: { mounts: [{ project: other, services: [a], path: /opt/mill }] }\n${overlay}`;
    const files = { 'stack/compose.yaml': base, 'stack/compose.trial.yaml': trial };
    expect(mountsOf(files, 'trial')).toEqual([
      ['other', ['a']],
      ['mill', ['b']],
    ]);
  });

  it('keeps one at another place beside it', () => {
    const trial = `x-millwright: { mounts: [{ project: other, services: [a], path: /opt/sieve }] }\n${overlay}`;
    const files = { 'stack/compose.yaml': base, 'stack/compose.trial.yaml': trial };
    expect(mountsOf(files, 'trial')).toEqual([
      ['other', ['a']],
      ['mill', ['a', 'b']],
    ]);
  });

  it('takes the one of a file for those of the files that it uses', () => {
    const own = `x-millwright: { mounts: [{ project: own, services: [b], path: /opt/mill }] }
services: { a: { extends: { file: ../part/base.yaml, service: a } }, b: { image: x } }`;
    const { main } = stack({ 'stack/compose.yaml': own, 'part/base.yaml': base });
    expect(main.extension.mounts?.map(({ project, services }) => [project, services])).toEqual([
      ['own', ['b']],
      ['mill', ['a']],
    ]);
  });
});

describe('stackTargets', () => {
  const platform = { platform: 'linux/arm64' } as const;

  it('builds first what it mounts, for the platform', () => {
    const { up, check } = stackTargets(stack({ 'stack/compose.yaml': mounts('server') }), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', dependencies: true }]);
    expect(up).toMatchObject({ continuous: true, readyWhen: { signal: true } });
    expect(check?.continuous).toBeUndefined();
  });

  it('builds artifacts that plain volumes bind', () => {
    const text = 'services: { a: { image: x, volumes: ["../artifacts/linux/arm64/y:/y"] } }';
    const { up } = stackTargets(stack({ 'stack/compose.yaml': text }), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', dependencies: true }]);
  });

  it('builds what a configuration alone mounts only where that runs', () => {
    const files = {
      'stack/compose.yaml': mounts('server'),
      'stack/compose.trial.yaml': `x-millwright: { mounts: [{ project: other, services: [a], path: /o }] }\n${overlay}`,
    };
    const { up } = stackTargets(stack(files), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', projects: ['server'] }]);
    expect(up?.options).not.toHaveProperty('build');
    expect(up?.configurations?.trial).toMatchObject({ build: true });
  });

  it('takes what volumes bind from other folders for an input', () => {
    const text =
      'services: { a: { image: x, volumes: ["../conf/a.cfg:/a", "./own:/b", "/etc/c:/c", "../../d:/d"] } }';
    const { up } = stackTargets(stack({ 'stack/compose.yaml': text }), platform, false);
    expect(up?.inputs?.filter((input) => typeof input === 'string')).toEqual([
      '{projectRoot}/**/*',
      '{workspaceRoot}/conf/a.cfg',
      '{workspaceRoot}/conf/a.cfg/**/*',
    ]);
  });

  it('has e2e only where there is one, and leaves check to a crate of the same folder', () => {
    const plain = stackTargets(stack({ 'stack/compose.yaml': complete }), {}, true);
    expect(Object.keys(plain)).toEqual(['up', 'watch', 'check-stack', 'down', 'ps', 'logs', 'config']);
    const tested = `x-millwright: { e2e: { service: a } }\n${complete}`;
    expect(stackTargets(stack({ 'stack/compose.yaml': tested }), {}, false)).toHaveProperty('e2e');
  });

  it('has a configuration for each variant', () => {
    const files = { 'stack/compose.yaml': complete, 'stack/compose.ci.yaml': overlay };
    const { up } = stackTargets(stack(files), {}, false);
    expect(up?.configurations?.ci).toEqual({ files: ['compose.yaml', 'compose.ci.yaml'] });
    expect(up?.configurations?.dev).toEqual({ configuration: 'dev' });
  });
});

describe('stackEdges', () => {
  const project = (root: string, targets = {}): ProjectConfiguration => ({ root, targets });
  const build = {
    outputs: ['{options.outputPath}/y'],
    options: {},
    configurations: { release: { outputPath: 'artifacts/linux/amd64' } },
  };

  it('leads to what is mounted by option or volume, and to stacks that are included', () => {
    const found = stack({
      'stack/compose.yaml': `include: [../db/compose.yaml]\nx-millwright: { mounts: [{ project: server, services: [a], path: /s }] }\nservices: { a: { image: x, volumes: ["../artifacts/linux/amd64/y:/y"] } }`,
      'db/compose.yaml': complete,
    });
    const projects = {
      stack: project('stack'),
      server: project('server'),
      'of-y': project('y', { 'build-linux-amd64': build }),
      db: project('db'),
      other: project('other'),
    };
    expect(stackEdges([found], projects).map(({ target }) => target)).toEqual(['db', 'of-y', 'server']);
  });

  it("leads to what the project's own options mount, and to nothing that is no project", () => {
    const given = { up: { options: { mounts: [{ project: 'server' }, { project: 'nobody' }] } } };
    const projects = { stack: project('stack', given), server: project('server') };
    expect(stackEdges([stack({ 'stack/compose.yaml': complete })], projects)).toEqual([
      { source: 'stack', target: 'server', file: 'stack/compose.yaml' },
    ]);
  });
});
