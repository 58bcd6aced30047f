import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomes, Workspace } from '../workspace.ts';
import type { Env } from './change.ts';
import { files, link, mainPackages, programs, type Program } from './fixture.ts';
import { settingChanges } from './setting-changes.ts';
import { sourceChanges } from './source-changes.ts';

/** The C compiler, as the plugin finds it. Its name affects what go builds from C code. */
const compiler = execFileSync('sh', ['-c', 'command -v cc'], { encoding: 'utf8' }).trim();

let workspace: Workspace;
let truthFolder = '';
let before: Record<Program, string>;
let putArtifactsBack: () => void;

beforeAll(() => {
  workspace = new Workspace(
    { ...files },
    undefined,
    (folder) => {
      link(folder);
      execFileSync('go', ['mod', 'tidy'], { cwd: join(folder, 'tool'), stdio: 'ignore' });
    },
    [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
  );
  truthFolder = mkdtempSync(join(tmpdir(), 'millwright-truth-'));
  before = truth({});
  const { status, output } = workspace.nx(['run-many', '-t', 'build']);
  expect(status, output).toBe(0);
  putArtifactsBack = workspace.keepArtifacts();
});
afterAll(() => {
  workspace.remove();
  rmSync(truthFolder, { recursive: true, force: true });
});

/** Returns the programs that go itself builds with the flags of a release. */
function truth(env: Env): Record<Program, string> {
  const made = programs.map((name) => {
    const [module, pkg] = mainPackages[name];
    const output = join(truthFolder, name);
    const isNative = name === 'native';
    const ldflags = `-ldflags=-s -w${isNative ? ' -buildid=' : ''}`;
    execFileSync('go', ['build', '-trimpath', '-buildvcs=false', ldflags, '-o', output, pkg], {
      cwd: workspace.path(module),
      env: {
        ...process.env,
        ...(isNative ? nativeEnvironment() : { CGO_ENABLED: '0' }),
        ...(module === 'one' ? {} : { GOWORK: 'off' }),
        ...env,
      },
      stdio: 'pipe',
    });
    return [name, digest(output)] as const;
  });
  return Object.fromEntries(made) as Record<Program, string>;
}

/**
 * go's own cache ignores headers outside a package's folder, so their content is added to its keys. The macro is not used
 * by any source.
 */
function nativeEnvironment(): Env {
  const headers = ['include', 'native', 'shared'].flatMap((folder) =>
    readdirSync(workspace.path(folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    ),
  );
  const contents = headers.filter((path) => path.endsWith('.h')).map((path) => [path, workspace.read(path)]);
  const key = createHash('sha256').update(JSON.stringify(contents.sort())).digest('hex');
  return { CGO_ENABLED: '1', CC: compiler, CGO_CPPFLAGS: `-DHEADERS=0x${key.slice(0, 16)}` };
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const projectOf = (program: Program) => (program === 'first' || program === 'second' ? 'tool' : program);

describe('only changes that can affect a program change its hash', () => {
  it.each([...sourceChanges, ...settingChanges])(
    '$name',
    ({ apply, env, changes: expected, needless = [], unseen }) => {
      try {
        apply?.(workspace);
        const environment = env?.(workspace) ?? {};
        const truths = truth(environment);
        expect(programs.filter((name) => truths[name] !== before[name])).toEqual([...expected]);

        const command = unseen ? ['run-many', '-t', 'build'] : ['affected', '-t', 'build', '--base=HEAD'];
        const { output, status } = workspace.nx(command, environment);
        expect(status, output).toBe(0);
        const built = Object.entries(outcomes(output))
          .filter(([task, outcome]) => task.includes(':build-') && outcome === 'built')
          .map(([task]) => task.slice(0, task.indexOf(':')));
        const ours = Object.fromEntries(
          programs.map((name) => [name, digest(workspace.path(`artifacts/linux/amd64/${name}`))]),
        );
        expect(ours, 'the programs').toEqual(truths);
        expect(built.sort(), 'what was built').toEqual(
          [...new Set([...expected.map(projectOf), ...needless])].sort(),
        );
      } finally {
        workspace.git('checkout', '--quiet', '.');
        workspace.git(
          'clean',
          '--quiet',
          '--force',
          '-d',
          '-x',
          '-e',
          '.nx',
          '-e',
          'node_modules',
          '-e',
          'artifacts',
        );
        putArtifactsBack();
      }
    },
  );

  it('restores deleted and modified outputs', () => {
    const path = 'artifacts/linux/amd64/first';
    const built = digest(workspace.path(path));
    workspace.write(path, 'tampered');
    rmSync(workspace.path('artifacts/linux/amd64/one'));
    expect(workspace.nx(['run-many', '-t', 'build']).status).toBe(0);
    expect(digest(workspace.path(path))).toBe(built);
    expect(workspace.exists('artifacts/linux/amd64/one')).toBe(true);
  });
});
