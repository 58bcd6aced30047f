import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nxEnvironment, repository, Workspace } from '../workspace.ts';
import { describeWithEngine, isGone, leftovers, projectNameIn } from './engine.ts';
import { Running } from './mill.ts';

const folder = join(repository, 'stacks');
const stacks = ['windmill-simple', 'windmill-real', 'native-windmill', 'full-e2e', 'production'] as const;
const withFlexcore = ['native-windmill', 'full-e2e', 'production'] as const;

const secrets = join(mkdtempSync(join(tmpdir(), 'millwright-secrets-')), 'secrets');
const env = { STACK_SECRETS: secrets };

beforeAll(() => {
  execFileSync('sh', [join(folder, 'make-secrets.sh'), secrets], { stdio: 'ignore' });
});
afterAll(() => {
  rmSync(secrets, { recursive: true });
});

interface Service {
  readonly image?: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: { readonly cpus?: number; readonly memory?: string } };
  };
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly { readonly host_ip?: string }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly secrets?: readonly { readonly source: string }[];
}

interface Model {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

/** Returns a stack as Compose resolves its file, including the services of all profiles. */
function modelOf(stack: string): Model {
  const args = [
    'compose',
    '--file',
    join(folder, stack, 'compose.yaml'),
    '--profile',
    '*',
    'config',
    '--format',
    'json',
  ];
  return JSON.parse(
    execFileSync('docker', args, { encoding: 'utf8', env: { ...process.env, ...env } }),
  ) as Model;
}

describeWithEngine('the stacks as Compose understands them', () => {
  const models = new Map<string, Model>();
  beforeAll(() => {
    for (const stack of stacks) models.set(stack, modelOf(stack));
  });
  const model = (stack: string) => models.get(stack) ?? modelOf(stack);
  const servicesOf = (stack: string) => Object.entries(model(stack).services);

  it.each([
    ['windmill-simple', { postgres: 1, server: 1, worker: 1 }],
    ['windmill-real', { postgres: 1, server: 1, worker: 2, 'worker-native': 1 }],
    ['native-windmill', { flexcore: 3, haproxy: 1, postgres: 1, redis: 1, server: 1, worker: 3 }],
    ['full-e2e', { flexcore: 3, haproxy: 1, postgres: 1, redis: 1, server: 1, tests: 1, worker: 3 }],
    ['production', { flexcore: 3, haproxy: 1, postgres: 1, redis: 1, server: 1, tests: 1, worker: 3 }],
  ])('%s has its services', (stack, expected) => {
    const found = servicesOf(stack).map(([name, { deploy }]) => [name, deploy?.replicas ?? 1]);
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it.each(stacks)('%s limits every service, and checks the health of all except the tests', (stack) => {
    for (const [name, { deploy, healthcheck }] of servicesOf(stack)) {
      const limits = deploy?.resources?.limits;
      expect(limits?.cpus, `${name}: cpus`).toBeGreaterThan(0);
      expect(Number(limits?.memory), `${name}: memory`).toBeGreaterThan(0);
      expect(healthcheck?.test === undefined, `${name}: health check`).toBe(name === 'tests');
    }
  });

  it.each(stacks)('%s publishes only on this machine, and never PostgreSQL or Redis', (stack) => {
    for (const [name, { ports = [] }] of servicesOf(stack)) {
      if (name !== 'haproxy' && name !== 'server') expect(ports, name).toEqual([]);
      for (const port of ports) expect(port.host_ip, name).toBe('127.0.0.1');
    }
  });

  it.each(stacks)('%s reads every secret from a file, and passes only its path to services', (stack) => {
    for (const [name, { file }] of Object.entries(model(stack).secrets))
      expect(file).toBe(join(secrets, name));
    const values = ['database_password', 'redis_password'].map((name) =>
      readFileSync(join(secrets, name), 'utf8').trim(),
    );
    const text = JSON.stringify(model(stack));
    for (const value of values) expect(text).not.toContain(value);
    for (const [name, { environment = {} }] of servicesOf(stack)) {
      for (const [variable, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|TOKEN|DATABASE_URL/.test(variable))
          expect(value, `${name}: ${variable}`).toMatch(/^\/run\/secrets\//);
    }
  });

  it('defines every image in one place', () => {
    const services = stacks.flatMap((stack) => servicesOf(stack).map(([, service]) => service));
    const images = services.map(({ image, build }) => image ?? `built from ${String(build?.args?.BASE)}`);
    expect([...new Set(images)].sort()).toEqual([
      'built from debian:bookworm-slim',
      'haproxy:2.6-bookworm',
      'postgres:16-alpine',
      'redis:7-alpine',
    ]);
    // The remote cache is a deployment of its own, which shares only PostgreSQL.
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.yaml') && !file.startsWith('remote-cache/'),
    );
    const naming = files.filter((file) =>
      /^\s*(image|build):/m.test(readFileSync(join(folder, file), 'utf8')),
    );
    expect(naming).toEqual(['common/images.yaml']);
  });

  it('windmill-real keeps its database on an internal network', () => {
    const { services, networks } = model('windmill-real');
    expect(Object.keys(services.postgres?.networks ?? {})).toEqual(['data']);
    expect([networks.data?.internal, networks.api?.internal]).toEqual([true, undefined]);
  });

  describe('production', () => {
    const services = () => servicesOf('production');

    it('restarts every service except the tests, and limits its logs', () => {
      for (const [name, { restart, logging }] of services()) {
        expect(restart, name).toBe(name === 'tests' ? 'no' : 'unless-stopped');
        expect(logging, name).toEqual({
          driver: 'json-file',
          options: { 'max-size': '10m', 'max-file': '5' },
        });
      }
    });

    it('drops privileges, and lets only workers write to their root', () => {
      for (const [name, service] of services()) {
        expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
        expect(service.cap_drop, name).toEqual(['ALL']);
        expect(service.read_only ?? false, name).toBe(name !== 'worker');
        for (const volume of service.volumes ?? [])
          if (volume.type === 'bind') expect(volume.read_only, `${name}: ${volume.target}`).toBe(true);
      }
    });

    it('keeps PostgreSQL and Redis on an internal network', () => {
      const { networks } = model('production');
      expect(networks.data?.internal).toBe(true);
      for (const [name, service] of services())
        if (name === 'postgres' || name === 'redis')
          expect(Object.keys(service.networks ?? {}), name).toEqual(['data']);
    });

    it('has no defaults for secrets', () => {
      const text = readFileSync(join(folder, 'production/compose.yaml'), 'utf8');
      const sources = [...text.matchAll(/^ +file: (.*)$/gm)].map((match) => match[1] ?? '');
      expect(sources).toHaveLength(3);
      for (const source of sources) expect(source).toMatch(/^\$\{STACK_SECRETS:\?/);
    });
  });
});

describeWithEngine('the stacks without and with binaries', () => {
  let copy: Workspace;
  beforeAll(() => {
    const prepare = (to: string) => {
      cpSync(folder, join(to, 'stacks'), {
        recursive: true,
        filter: (path) => !/stacks\/secrets\/\w+$/.test(path),
      });
    };
    copy = new Workspace({}, undefined, prepare, ['@millwright/compose']);
  });
  afterAll(() => {
    copy.remove();
  });

  const all = (target: string) => [
    'run-many',
    '--target',
    target,
    '--projects',
    stacks.join(','),
    '--output-style=stream',
  ];

  it('reports each as valid', () => {
    const { status, output } = copy.nx(all('config'), env);
    expect(status, output).toBe(0);
  });

  it('reports each missing binary with its path and a remedy', () => {
    const { status, output } = copy.nx([...all('check'), '--nx-bail=false'], env);
    expect(status).not.toBe(0);
    const missing = (binary: string) =>
      [...output.matchAll(new RegExp(`error\\[MOUNT_SOURCE_MISSING\\]: cannot mount ${binary} .*`, 'g'))].map(
        ([line]) => line,
      );
    expect(missing('third_party/windmill/windmill-backend')).toHaveLength(stacks.length);
    expect(missing('third_party/flexcore/flexcore')).toHaveLength(withFlexcore.length);
    expect(output).toContain('at /usr/local/bin/windmill in server, worker, worker-native');
    expect(output).toContain('help: create the file, or run another configuration: stand-in');
  });

  it('rejects production without its secrets folder, and without one of its secrets', () => {
    for (const command of ['config', 'up']) {
      const { status, output } = copy.nx(['run', `production:${command}`], { STACK_SECRETS: undefined });
      expect(status).not.toBe(0);
      expect(output).toMatch(
        /error\[STACK_VARIABLE_MISSING\]: the variable STACK_SECRETS is not set\n {2}--> stacks\/production\/compose.yaml:\d+/,
      );
      expect(output).toContain('sh stacks/make-secrets.sh <folder> makes them');
    }
    const { output } = copy.nx(['run', 'production:up'], { STACK_SECRETS: '/nowhere' });
    expect(output).toContain(
      'error[SECRET_MISSING]: missing files for the secrets database_password, database_url, redis_password',
    );
    expect(leftovers(projectNameIn(copy.folder, 'production'))).toEqual([]);
  });
});

describeWithEngine('the stacks with gristmill to stand in', () => {
  beforeAll(() => {
    const args = [
      'run-many',
      '--target=build-linux-amd64',
      '--projects=gristmill-server,gristmill-worker,gristctl',
    ];
    const { status, stdout } = runNx(args);
    expect(status, stdout).toBe(0);
  });

  const answer = async (port: string) => (await fetch(`http://127.0.0.1:${port}/api/version`)).text();

  it('start with the stand-in and say so', async () => {
    const stack = 'windmill-simple';
    const run = new Running(repository, ['run', `${stack}:up:stand-in`, '--ports=auto'], env);
    try {
      await run.isUp(stack);
      const [, port = ''] = /server +http:\/\/127\.0\.0\.1:(\d+) → 8000/.exec(run.output) ?? [];
      expect(await answer(port)).toContain('gristmill-server');
      await run.says('STAND-IN: gristmill-worker runs here in place of Windmill');
    } finally {
      await run.interrupt();
    }
    await isGone(projectNameIn(repository, stack));
  });

  it.each(['full-e2e', 'production'])('%s:e2e passes, and first prints what it ran against', (stack) => {
    const run = runNx(['run', `${stack}:e2e:stand-in`]);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(
      /running the service tests\nSTAND-IN: gristmill in place of Windmill and FlexCore/,
    );
    for (const line of [
      'three nodes answer',
      'Redis answers with its password alone',
      'all jobs ended as expected',
    ])
      expect(run.stdout).toContain(line);
    expect(leftovers(projectNameIn(repository, stack))).toEqual([]);
  });
});

function runNx(args: readonly string[]) {
  return spawnSync(join(repository, 'node_modules/.bin/nx'), args, {
    cwd: repository,
    env: nxEnvironment(env),
    encoding: 'utf8',
  });
}

describe('the runner of full-e2e', () => {
  const runner = (tests: Readonly<Record<string, string>>) => {
    const at = mkdtempSync(join(tmpdir(), 'millwright-runner-'));
    copyFileSync(join(folder, 'full-e2e/tests/run.sh'), join(at, 'run.sh'));
    for (const [name, text] of Object.entries(tests)) writeFileSync(join(at, name), text);
    return spawnSync('bash', [join(at, 'run.sh')], { encoding: 'utf8' });
  };

  it.each([
    ['every test passes', { 'a.sh': 'true', 'lib.sh': 'exit 1' }, 0],
    ['one fails: with its code', { 'a.sh': 'true', 'b.sh': 'exit 7', 'c.sh': 'echo the last one ran' }, 7],
    ['two fail: with the first code', { 'a.sh': 'exit 3', 'c.sh': 'echo the last one ran; exit 4' }, 3],
    ['there is no test', {}, 1],
  ])('has the right exit code if %s', (_, tests, code) => {
    const { status, stdout } = runner(tests);
    expect(status).toBe(code);
    if ('c.sh' in tests) expect(stdout).toContain('the last one ran');
  });
});
