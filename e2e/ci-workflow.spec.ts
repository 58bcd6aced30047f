import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifest, nxEnvironment, repository, Workspace } from './workspace.ts';

/** Runs the generator and what it writes, with real builds: each job of the release in a clone of its own. */
let workspace: Workspace;
let temporary: string;
const clones: Workspace[] = [];

beforeAll(() => {
  workspace = new Workspace(
    {
      'Cargo.toml': `${manifest('app')}[workspace]\n`,
      'src/main.rs': 'fn main() { println!("released"); }\n',
    },
    { platforms: ['linux/amd64'], package: { sign: true } },
  );
  workspace.write('package-lock.json', '{"lockfileVersion":3,"packages":{}}');
  const { status, output } = workspace.nx([
    'generate',
    '@millwright/cli:ci-workflow',
    'github',
    '--skipFormat',
  ]);
  expect(status, output).toBe(0);
  workspace.commit();
  temporary = mkdtempSync(join(tmpdir(), 'millwright-runner-'));
  // The compiler gives the program no execute permission; an installation does.
  const program = join(temporary, 'bin/millwright');
  mkdirSync(join(temporary, 'bin'));
  writeFileSync(program, `#!/bin/sh\nexec node '${join(repository, 'packages/cli/dist/cli.js')}' "$@"\n`);
  chmodSync(program, 0o755);
});

afterAll(() => {
  for (const one of [workspace, ...clones]) one.remove();
  rmSync(temporary, { recursive: true, force: true });
});

function clone(): Workspace {
  const made = workspace.clone();
  clones.push(made);
  return made;
}

/** Runs a step of a generated workflow in a folder, as a runner does, with the programs of this repository. */
function step(
  file: 'ci' | 'release',
  [job, name]: readonly [string, string],
  { folder }: Workspace,
  env: Readonly<Record<string, string>> = {},
): string {
  const { jobs } = parse(workspace.read(`.github/workflows/${file}.yml`)) as {
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string }[] }>
    >;
  };
  const script = jobs[job]?.steps.find((one) => one.name === name)?.run?.replaceAll('npx ', '') ?? 'exit 9';
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
    {
      cwd: folder,
      encoding: 'utf8',
      env: nxEnvironment({
        CI: 'true',
        PATH: `${temporary}/bin:${join(repository, 'node_modules/.bin')}:${process.env.PATH ?? ''}`,
        RUNNER_TEMP: temporary,
        GITHUB_OUTPUT: join(temporary, 'output'),
        ...env,
      }),
    },
  );
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

it('a tag is planned, built, packaged and signed, by jobs that share only the uploaded artifacts', () => {
  step('release', ['plan', 'Plan the builds'], clone());
  const output = readFileSync(join(temporary, 'output'), 'utf8').trim().split('\n').at(-1) ?? '';
  const { include } = JSON.parse(output.replace('matrix=', '')) as {
    readonly include: readonly { readonly targets: string; readonly projects: string }[];
  };
  expect(include).toMatchObject([{ name: 'build-linux', targets: 'build-linux-amd64', projects: 'app' }]);
  const builder = clone();
  const [row] = include;
  step('release', ['build', 'Build'], builder, {
    TARGETS: row?.targets ?? '',
    PROJECTS: row?.projects ?? '',
  });
  const releaser = clone();
  // What the actions for uploads and downloads do.
  spawnSync('mkdir', ['-p', join(temporary, 'artifacts/artifacts-build-linux')]);
  spawnSync('mv', [builder.path('artifacts.tar'), join(temporary, 'artifacts/artifacts-build-linux')]);
  step('release', ['release', 'Unpack the artifacts'], releaser);
  step('release', ['release', 'Package'], releaser);
  const millwright = join(temporary, 'bin/millwright');
  spawnSync(millwright, ['key', 'generate', '--no-passphrase'], { cwd: temporary });
  step('release', ['release', 'Sign'], releaser, {
    GITHUB_REF_NAME: 'v1.0.0',
    MILLWRIGHT_SIGNING_KEY: readFileSync(join(temporary, 'minisign.key'), 'utf8'),
  });
  const key = join(temporary, 'minisign.pub');
  const verified = spawnSync(millwright, ['verify', 'dist', '--key', key], {
    cwd: releaser.folder,
    encoding: 'utf8',
  });
  expect(verified.status, verified.stdout + verified.stderr).toBe(0);
  expect(verified.stdout).toContain('v1.0.0');
  // The mode of the program survives the way through both jobs.
  const members = spawnSync('tar', ['-tvzf', 'dist/app-0.1.0-linux-amd64.tar.gz'], {
    cwd: releaser.folder,
    encoding: 'utf8',
  });
  expect(members.stdout).toMatch(/^-rwxr-xr-x .*\/app$/m);
});

it('the tasks that the tests of the matrix assume for gristmill are those that Nx selects', () => {
  const fixture = JSON.parse(
    readFileSync(join(repository, 'packages/cli/src/planning/fixtures/gristmill.json'), 'utf8'),
  ) as { readonly changes: readonly { readonly file: string; readonly tasks: object }[] };
  const change = fixture.changes.find(({ file }) => file.endsWith('openapi.yaml'));
  const graph = join(temporary, 'gristmill.json');
  const { status, stdout, stderr } = spawnSync(
    join(repository, 'node_modules/.bin/nx'),
    ['affected', '-t', 'build,test,lint,format-check', `--files=${change?.file ?? ''}`, `--graph=${graph}`],
    { cwd: repository, encoding: 'utf8', env: nxEnvironment({}) },
  );
  expect(status, stdout + stderr).toBe(0);
  const { tasks } = JSON.parse(readFileSync(graph, 'utf8')) as { readonly tasks: { readonly tasks: object } };
  expect(Object.keys(tasks.tasks).sort()).toEqual(Object.keys(change?.tasks ?? {}).sort());
});
