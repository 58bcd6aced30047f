import { describe, expect, it, vi } from 'vitest';
import type { ProjectConfiguration } from '@nx/devkit';
import { emptyFile, readComposeFile } from './compose-file.js';
import { stackEdges } from '../inference/edges.js';
import { configurationName, stackOf } from './stacks.js';
import { stackTargets } from '../inference/targets.js';

/** Returns the stack in a folder of Compose files, given as path and text. */
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

describe('hostile stacks', () => {
  const measured = (make: () => unknown) => {
    const started = process.cpuUsage();
    make();
    return process.cpuUsage(started).user / 1_000_000;
  };

  it('resolves services that extend each other in linear time', () => {
    const services = (end: string) => {
      const all = Array.from({ length: 20_000 }, (_, at) => ({ name: `s${at}`, next: `s${at + 1}` }));
      return [
        ...all.map(({ name, next }) => ({
          name,
          hasImage: false,
          base: { path: 'stack/a.yaml', service: next },
        })),
        {
          name: 's20000',
          hasImage: end === 'image',
          base: end === 'image' ? undefined : { path: 'stack/a.yaml', service: 's0' },
        },
      ];
    };
    for (const end of ['image', 'circle']) {
      // Reading the text itself takes longer than following it.
      const file = { ...emptyFile, path: 'stack/a.yaml', services: services(end) };
      expect(measured(() => stackOf([file], () => file))).toBeLessThan(2);
    }
  });

  it('follows at most 1,000 included files, and warns about it', () => {
    const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const file = (at: number) => [`f/${at}.yaml`, `include: [${at + 1}.yaml]\n`] as const;
    const files = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => file(at)));
    const { reads } = stack({ 'stack/compose.yaml': 'include: [../f/0.yaml]\n', ...files });
    expect(reads.length).toBeLessThanOrEqual(1_001);
    expect(say.mock.calls.join('\n')).toMatch(
      /warning\[INPUT_TOO_LARGE\].*\n {2}--> stack\/compose.yaml\n {2}cause: with nested includes, it includes more than 1000 files;/,
    );
    say.mockRestore();
  });

  it('excludes files outside the workspace from the inputs', () => {
    const outside = `include: [../../x/compose.yaml]\n${complete}\n`.replace(
      'image: x',
      'image: x, env_file: ../../e',
    );
    const text = JSON.stringify(stackTargets(stack({ 'stack/compose.yaml': outside }), {}, false));
    expect(text).not.toContain('../');
  });
});

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
      'an overlay',
      { 'stack/compose.yaml': complete, 'stack/compose.ci.yaml': overlay },
      ['compose.yaml'],
      { ci: ['compose.yaml', 'compose.ci.yaml'] },
    ],
    [
      'independent stacks',
      { 'stack/docker-compose.real.yml': complete, 'stack/docker-compose.simple.yml': complete },
      ['docker-compose.real.yml'],
      { simple: ['docker-compose.simple.yml'] },
    ],
    [
      'independent stacks, one named after the folder',
      { 'stack/docker-compose-real.yml': complete, 'stack/docker-compose-stack.yml': complete },
      ['docker-compose-stack.yml'],
      { real: ['docker-compose-real.yml'] },
    ],
    [
      'an included part',
      { 'stack/compose.yaml': `include: [compose.db.yaml]\n${complete}`, 'stack/compose.db.yaml': complete },
      ['compose.yaml'],
      {},
    ],
    [
      'an overlay whose services extend parts without an image',
      {
        'stack/compose.yaml': complete,
        'stack/compose.trial.yaml': 'services: { a: { extends: { file: ../part/a.yaml, service: a } } }',
        'part/a.yaml': 'services: { a: { environment: { TRIAL: x } } }',
      },
      ['compose.yaml'],
      { trial: ['compose.yaml', 'compose.trial.yaml'] },
    ],
    [
      'a standalone file whose services eventually extend one with an image',
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
      'no configuration for services that extend each other in a circle',
      {
        'stack/compose.yaml': complete,
        'stack/compose.round.yaml': 'services: { a: { extends: b }, b: { extends: a } }',
      },
      ['compose.yaml'],
      {},
    ],
    [
      'an overlay in which every service has an image',
      {
        'stack/compose.yaml': 'services: { a: { image: x, command: run, ports: ["1:1"] } }',
        'stack/compose.release.yaml': 'services: { a: { image: x:1 } }',
      },
      ['compose.yaml'],
      { release: ['compose.yaml', 'compose.release.yaml'] },
    ],
    [
      'an overlay that adds a service depending on one in the main file',
      {
        'stack/docker-compose.yml': complete,
        'stack/docker-compose.monitoring.yml': 'services: { m: { image: y, depends_on: [a] } }',
      },
      ['docker-compose.yml'],
      { monitoring: ['docker-compose.yml', 'docker-compose.monitoring.yml'] },
    ],
    [
      'an overlay with services that have `build`',
      { 'stack/compose.yaml': complete, 'stack/compose.dev.yaml': 'services: { a: { build: . } }' },
      ['compose.yaml'],
      { dev: ['compose.yaml', 'compose.dev.yaml'] },
    ],
    [
      'a file with `base: false`',
      {
        'stack/compose.yaml': complete,
        'stack/docker-compose.test.yml': `x-millwright: { base: false }\n${complete}`,
      },
      ['compose.yaml'],
      { test: ['docker-compose.test.yml'] },
    ],
    [
      'a file with another `base`',
      {
        'stack/compose.yaml': complete,
        'stack/compose.ci.yaml': overlay,
        'stack/compose.ci-arm.yaml': `x-millwright: { base: compose.ci.yaml }\n${overlay}`,
        'stack/compose.shared.yaml': `x-millwright: { base: ../common/compose.yaml }\n${overlay}`,
        'common/compose.yaml': complete,
      },
      ['compose.yaml'],
      {
        'ci-arm': ['compose.ci.yaml', 'compose.ci-arm.yaml'],
        ci: ['compose.yaml', 'compose.ci.yaml'],
        shared: ['../common/compose.yaml', 'compose.shared.yaml'],
      },
    ],
    [
      'a file that includes the main file',
      { 'stack/compose.yaml': complete, 'stack/compose.all.yaml': 'include: [compose.yaml]' },
      ['compose.yaml'],
      { all: ['compose.all.yaml'] },
    ],
    [
      'a file that extends a service of the main file',
      {
        'stack/compose.yaml': complete,
        'stack/compose.prod.yaml':
          'services: { a: { extends: { file: compose.yaml, service: a }, restart: always }, b: { image: y } }',
      },
      ['compose.yaml'],
      { prod: ['compose.prod.yaml'] },
    ],
    [
      'an override with any default name of Compose',
      { 'stack/compose.yaml': complete, 'stack/docker-compose.override.yml': overlay },
      ['compose.yaml', 'docker-compose.override.yml'],
      {},
    ],
    [
      'several legacy names, of which Compose prefers one',
      { 'stack/docker-compose.yaml': complete, 'stack/docker-compose.yml': complete },
      ['docker-compose.yml'],
      {},
    ],
    [
      'an overlay on the only complete file, without default names',
      { 'stack/docker-compose.base.yml': complete, 'stack/docker-compose.dev.yml': overlay },
      ['docker-compose.base.yml'],
      { dev: ['docker-compose.base.yml', 'docker-compose.dev.yml'] },
    ],
    [
      'a file with a syntax error, which keeps its role',
      { 'stack/docker-compose.real.yml': 'services: { a: [' },
      ['docker-compose.real.yml'],
      {},
    ],
    [
      'no configuration for an overlay that Compose refuses on every base',
      {
        'stack/compose.base.yaml': complete,
        'stack/compose.more.yaml': 'services: { b: { environment: { A: x } } }',
        'stack/compose.net.yaml': 'services: { a: { networks: [elsewhere] } }',
        'stack/compose.own.yaml': 'services: { a: { networks: [own, default] } }\nnetworks: { own: {} }',
        'stack/compose.maybe.yaml': 'services: { a: { depends_on: { c: { required: false } } } }',
      },
      ['compose.base.yaml'],
      {
        maybe: ['compose.base.yaml', 'compose.maybe.yaml'],
        own: ['compose.base.yaml', 'compose.own.yaml'],
      },
    ],
    [
      'two default names for the main file',
      { 'stack/compose.yaml': complete, 'stack/docker-compose.yml': complete },
      ['compose.yaml'],
      {},
    ],
  ])('%s', (_, files, main, variants) => {
    const found = stack(files);
    expect(found.main.files).toEqual(main);
    expect(Object.fromEntries(found.variants.map((one) => [one.name, one.files]))).toEqual(variants);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['an overlay without its base', { 'stack/docker-compose.ci.yml': overlay }, []],
    [
      'overlays of a stack in another folder (frappe)',
      {
        'stack/compose.redis.yaml':
          'services: { configurator: { depends_on: [redis] }, redis: { image: redis } }',
        'stack/compose.proxy.yaml': 'services: { proxy: { image: x, depends_on: { configurator: {} } } }',
        'stack/compose.dev.yaml': 'services: { proxy: { build: ., networks: [backend] } }',
        'stack/compose.db.yaml': 'services: { db: { image: x, volumes: ["data:/data"] } }',
      },
      [],
    ],
    [
      'parts used by files in other folders',
      { 'stack/compose.db.yaml': complete },
      ['stack/compose.db.yaml'],
    ],
    [
      'a main file that others extend and that cannot run alone',
      { 'stack/compose.yaml': 'services: { a: { environment: { A: x } } }' },
      ['stack/compose.yaml'],
    ],
  ])('finds no stack in %s', (_, files, used) => {
    const read = Object.entries(files).map(([path, text]) => readComposeFile(path, text));
    const find = (path: string) => read.find((file) => file.path === path);
    expect(stackOf(read, find, { used: new Set(used) })).toBeUndefined();
  });

  it('uses the files in COMPOSE_FILE as the main files', () => {
    const texts = { 'stack/compose.yaml': complete, 'stack/compose.dev.yaml': mounts('server') };
    const read = Object.entries(texts).map(([path, text]) => readComposeFile(path, text));
    const find = (path: string) => read.find((file) => file.path === path);
    const found = stackOf(read, find, { listed: ['stack/compose.yaml', 'stack/compose.dev.yaml'] });
    expect(found?.main.files).toEqual(['compose.yaml', 'compose.dev.yaml']);
    expect(found?.main.extension.mounts?.map(({ project }) => project)).toEqual(['server']);
    expect(found?.variants).toEqual([]);
  });

  it('includes the mounts of included and extended files, and lists the files it reads', () => {
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
  it('ignores unknown content and invalid YAML', () => {
    expect(readComposeFile('a/compose.yaml', 'services: [\n  a: {').uses).toEqual([]);
    expect(readComposeFile('a/compose.yaml', 'services: { a: 7 }').services[0]?.hasImage).toBe(false);
    expect(readComposeFile('a/compose.yaml', '').services).toEqual([]);
  });

  it('finds bind mounts in both syntaxes, but skips named volumes and variables', () => {
    const volumes =
      '["../artifacts/linux/amd64/x:/x:ro", "data:/data", "$HOME/x:/y", { type: bind, source: ./conf, target: /c }]';
    const { binds } = readComposeFile('a/compose.yaml', `services: { a: { volumes: ${volumes} } }`);
    expect(binds).toEqual(['artifacts/linux/amd64/x', 'a/conf']);
  });

  it('merges `<<` keys, as Compose does', () => {
    const source = `x-common: &common { image: x, env_file: one.env, volumes: ['../artifacts/linux/amd64/x:/x'] }
x-other: &other { env_file: two.env, extends: { file: base.yaml, service: a } }
services: { a: { <<: *common, env_file: own.env }, b: { <<: [*common, *other] } }
`;
    const { services, variables, binds, uses } = readComposeFile('a/compose.yaml', source);
    expect(services.map(({ hasImage }) => hasImage)).toEqual([true, true]);
    expect(variables).toEqual(['a/own.env', 'a/one.env']);
    expect(new Set(binds)).toEqual(new Set(['artifacts/linux/amd64/x']));
    expect(uses).toEqual(['a/base.yaml']);
  });

  it('finds environment files in each syntax', () => {
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
    ['x-millwright: { mounts: [{ project: x }] }', 1, 'x-millwright: mounts.0.services is not set: '],
    [
      'x-millwright:\n  mounts:\n    - project: x\n      services: [a]\n      path: opt\n',
      5,
      'x-millwright: mounts.0.path is "opt": ',
    ],
    ['services: {}\nx-millwright:\n  names: x\n', 3, 'did you mean "name"?'],
    [
      'x-millwright: { e2e: tests }',
      1,
      'e2e is "tests": expected { service: <name> }; or expected { target: <project>:<target> }',
    ],
  ])('rejects an invalid x-millwright section with its line: %s', (text, line, why) => {
    let thrown: unknown;
    try {
      readComposeFile('a/compose.yaml', text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      code: 'COMPOSE_FILE_INVALID',
      location: { file: 'a/compose.yaml', line },
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

  it('replaces a mount of the main stack at the same path of the same service', () => {
    const trial = `x-millwright: { mounts: [{ project: other, services: [a], path: /opt/mill }] }\n${overlay}`;
    const files = { 'stack/compose.yaml': base, 'stack/compose.trial.yaml': trial };
    expect(mountsOf(files, 'trial')).toEqual([
      ['other', ['a']],
      ['mill', ['b']],
    ]);
  });

  it('keeps a mount at another path', () => {
    const trial = `x-millwright: { mounts: [{ project: other, services: [a], path: /opt/sieve }] }\n${overlay}`;
    const files = { 'stack/compose.yaml': base, 'stack/compose.trial.yaml': trial };
    expect(mountsOf(files, 'trial')).toEqual([
      ['other', ['a']],
      ['mill', ['a', 'b']],
    ]);
  });

  it('prefers the mount of a file over those of the files it uses', () => {
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
  it('a configuration with the image of a project in place of its mount loads the image first', () => {
    const image = mounts('server').replace('path:', 'image: true, path:');
    const files = { 'stack/compose.yaml': mounts('server'), 'stack/compose.images.yaml': image };
    const { up } = stackTargets(stack(files), { platform: 'linux/amd64' }, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-amd64', projects: ['server'] }]);
    expect(up?.configurations?.images).toMatchObject({
      build: true,
      mounts: [{ project: 'server', image: true }],
    });
    const alone = stackTargets(stack({ 'stack/compose.yaml': image }), { platform: 'linux/amd64' }, false);
    expect(alone.up?.dependsOn).toEqual([{ target: 'oci-load', dependencies: true }]);
  });

  const platform = { platform: 'linux/arm64' } as const;

  it('depends on the builds of its mounts for the platform', () => {
    const { up, check } = stackTargets(stack({ 'stack/compose.yaml': mounts('server') }), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', dependencies: true }]);
    expect(up).toMatchObject({ continuous: true, readyWhen: { signal: true } });
    expect(check?.continuous).toBeUndefined();
  });

  it('depends on the builds of artifacts that ordinary volumes bind', () => {
    const text = 'services: { a: { image: x, volumes: ["../artifacts/linux/arm64/y:/y"] } }';
    const { up } = stackTargets(stack({ 'stack/compose.yaml': text }), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', dependencies: true }]);
  });

  it('builds the mounts of a single configuration only if that configuration runs', () => {
    const files = {
      'stack/compose.yaml': mounts('server'),
      'stack/compose.trial.yaml': `x-millwright: { mounts: [{ project: other, services: [a], path: /o }] }\n${overlay}`,
    };
    const { up } = stackTargets(stack(files), platform, false);
    expect(up?.dependsOn).toEqual([{ target: 'build-linux-arm64', projects: ['server'] }]);
    expect(up?.options).not.toHaveProperty('build');
    expect(up?.configurations?.trial).toMatchObject({ build: true });
  });

  it('includes bind sources in other folders in the inputs', () => {
    const text =
      'services: { a: { image: x, volumes: ["../conf/a.cfg:/a", "./own:/b", "/etc/c:/c", "../../d:/d"] } }';
    const { up } = stackTargets(stack({ 'stack/compose.yaml': text }), platform, false);
    expect(up?.inputs?.filter((input) => typeof input === 'string')).toEqual([
      '{projectRoot}/**/*',
      '{workspaceRoot}/conf/a.cfg',
      '{workspaceRoot}/conf/a.cfg/**/*',
    ]);
  });

  it('has e2e only if configured, and leaves the name check to a crate in the same folder', () => {
    const plain = stackTargets(stack({ 'stack/compose.yaml': complete }), {}, true);
    expect(Object.keys(plain)).toEqual(['up', 'watch', 'check-stack', 'down', 'ps', 'logs', 'config']);
    const tested = `x-millwright: { e2e: { service: a } }\n${complete}`;
    expect(stackTargets(stack({ 'stack/compose.yaml': tested }), {}, false)).toHaveProperty('e2e');
  });

  it('names the files of the main stack only if they are not the defaults of Compose', () => {
    const own = stackTargets(stack({ 'stack/compose.yaml': complete }), {}, false);
    expect(own.up?.options).toEqual({ command: 'up' });
    const named = stackTargets(stack({ 'stack/docker-compose.real.yml': complete }), {}, false);
    const files = ['docker-compose.real.yml'];
    expect(named.up?.options).toEqual({ command: 'up', files });
    expect(named.up?.configurations?.real).toEqual({ files });
    expect(named.up?.metadata?.description).toContain('(docker-compose.real.yml)');
    expect(own.up?.metadata?.description).not.toContain('yaml');
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

  it('contain projects mounted by option or volume, and included stacks', () => {
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

  it("contain the mounts of the project's own options, but no unknown projects", () => {
    const targets = { up: { options: { mounts: [{ project: 'server' }, { project: 'nobody' }] } } };
    const projects = { stack: project('stack', targets), server: project('server') };
    expect(stackEdges([stack({ 'stack/compose.yaml': complete })], projects)).toEqual([
      { source: 'stack', target: 'server' },
    ]);
  });
});
