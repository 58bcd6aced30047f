import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ProjectGraph } from '@nx/devkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StackModel } from '../../compose-cli/model.js';
import { withDependents } from './dependents.js';
import { ignoredByGit, ignoredFolders } from './git-ignored.js';
import { isPruned, outputsOf, SourceChanges } from './sources.js';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'millwright-sources-')));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const at = (path: string) => join(root, path);
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, stdio: 'ignore' });

function write(path: string, text = 'text'): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

describe('in a repository', () => {
  beforeEach(() => {
    git('init', '--quiet');
    write('.gitignore', '*.log\n/out/\n!kept.log\n');
    write('crate/.gitignore', 'generated\n');
    write('.git/info/exclude', 'mine.txt\n');
  });

  it('ignores files by nested rules and rules of this clone, but not tracked files', async () => {
    write('tracked.log');
    git('add', '--force', 'tracked.log');
    const ignored = ['a.log', 'crate/deep/b.log', 'out/x', 'crate/generated', 'mine.txt', 'odd "$\nname.log'];
    const sources = ['main.rs', 'kept.log', 'tracked.log', 'crate/src/lib.rs', 'generated'];
    const found = await ignoredByGit([...ignored, ...sources].map(at));
    expect([...found].sort()).toEqual(ignored.map(at).sort());
  });

  it('applies the rules of a nested repository', async () => {
    mkdirSync(at('vendored'));
    execFileSync('git', ['init', '--quiet'], { cwd: at('vendored') });
    write('vendored/.gitignore', 'cache\n');
    const found = await ignoredByGit(['vendored/cache', 'vendored/a.log', 'cache', 'b.log'].map(at));
    expect([...found].sort()).toEqual(['b.log', 'vendored/cache'].map(at));
  });

  it('applies the rules of the repository to a workspace opened through a symbolic link', async () => {
    write('crate/generated/a');
    mkdirSync(at('crate/src'));
    const link = realpathSync(mkdtempSync(join(tmpdir(), 'millwright-link-')));
    symlinkSync(at('crate'), join(link, 'opened'));
    const opened = (path: string) => join(link, 'opened', path);
    const sources = ['src/lib.rs', 'gone/lib.rs'];
    const ignored = ['a.log', 'src/b.log', 'gone/c.log', 'generated/a'];
    const found = await ignoredByGit([...ignored, ...sources].map(opened));
    expect([...found].sort()).toEqual(ignored.map(opened).sort());
    expect([...(await ignoredFolders([opened('')]))]).toEqual([opened('generated')]);
    rmSync(link, { recursive: true });
  });

  it('applies the rules of the target repository to a folder behind a symbolic link', async () => {
    mkdirSync(at('other/src'), { recursive: true });
    execFileSync('git', ['init', '--quiet'], { cwd: at('other') });
    write('other/.gitignore', 'src/cache\n');
    write('other/src/cache/a');
    symlinkSync('../other/src', at('crate/linked'));
    const found = await ignoredByGit(
      ['crate/linked/cache/a', 'crate/linked/generated', 'crate/a.log'].map(at),
    );
    expect([...found].sort()).toEqual(['crate/a.log', 'crate/linked/cache/a'].map(at));
    expect([...(await ignoredFolders([at('crate/linked')]))]).toEqual([at('crate/linked/cache')]);
  });

  it('prunes folders that git ignores completely', async () => {
    write('out/a');
    write('crate/generated/a');
    write('src/a.log');
    expect([...(await ignoredFolders([root]))].sort()).toEqual(['crate/generated', 'out'].map(at));
  });

  it('reports no change for ignored files and for unchanged content', async () => {
    write('main.rs');
    const changes = new SourceChanges(new Set());
    changes.add(at('a.log'));
    expect(await changes.takeHasChanged()).toBe(false);
    changes.add(at('main.rs'));
    expect(await changes.takeHasChanged()).toBe(true);
    write('main.rs');
    changes.add(at('main.rs'));
    expect(await changes.takeHasChanged()).toBe(false);
    appendFileSync(at('main.rs'), 'more');
    changes.add(at('main.rs'));
    changes.add(at('a.log'));
    expect(await changes.takeHasChanged()).toBe(true);
    rmSync(at('main.rs'));
    changes.add(at('main.rs'));
    expect(await changes.takeHasChanged()).toBe(true);
    expect(await changes.takeHasChanged()).toBe(false);
  });
});

it('counts every file outside a repository, except excluded ones', async () => {
  write('a.log');
  const changes = new SourceChanges(new Set([at('nx.log')]));
  changes.add(at('nx.log'));
  expect(await changes.takeHasChanged()).toBe(false);
  changes.add(at('a.log'));
  expect(await changes.takeHasChanged()).toBe(true);
});

it.each([
  ['src/main.rs', false],
  ['src/dist/main.rs', false],
  ['src/target/main.rs', false],
  ['node_modules/x', true],
  ['.nx/x', true],
  ['ignored/x/y', true],
  ['artifacts/linux/amd64/x', true],
  ['src/artifacts/x', false],
])('%s is pruned: %s', (path, expected) => {
  const rules = {
    workspaceRoot: root,
    ignoredFolders: new Set([at('ignored')]),
    outputs: new Set([at('artifacts')]),
  };
  expect(isPruned(at(path), rules)).toBe(expected);
});

it('prunes a folder with a CACHEDIR.TAG', () => {
  write('target/CACHEDIR.TAG');
  expect(isPruned(at('target'), { workspaceRoot: root, ignoredFolders: new Set(), outputs: new Set() })).toBe(
    true,
  );
});

it('excludes target outputs from the sources, unless they contain the project itself', () => {
  const outputs = [
    '{projectRoot}/dist',
    '{workspaceRoot}/gen/{projectName}',
    '{projectRoot}',
    '{options.x}/y',
    'gen/*',
  ];
  const data = { root: 'app', targets: { build: { outputs } } };
  const nodes: ProjectGraph['nodes'] = { app: { name: 'app', type: 'app', data } };
  const context = { root, projectGraph: { nodes, dependencies: {} } };
  expect([...outputsOf(['app', 'unknown'], context)].sort()).toEqual(
    ['app/dist', 'artifacts', 'gen/app'].map(at),
  );
});

it('withDependents returns the services that Compose restarts with a service, directly or transitively', () => {
  const on = (name: string, restart?: boolean) => ({
    depends_on: { [name]: { condition: 'service_started', ...(restart === undefined ? {} : { restart }) } },
  });
  const services = {
    server: {},
    sidecar: on('server', true),
    third: on('sidecar', true),
    plain: on('server'),
  };
  const model: StackModel = { name: 'stack', services };
  expect(withDependents(model, ['server'])).toEqual(['server', 'sidecar', 'third']);
  expect(withDependents(model, ['plain'])).toEqual(['plain']);
});
