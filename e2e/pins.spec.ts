import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nxEnvironment, repository } from './workspace.ts';

/** A clone of this repository without submodules. */
let clone: string;

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'millwright-e2e-pins-'));
  execFileSync('git', ['clone', '--quiet', '--recurse-submodules', repository, clone], { stdio: 'ignore' });
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
});
afterAll(() => {
  rmSync(clone, { recursive: true, force: true });
});

const nx = (...args: string[]) =>
  spawnSync(join(repository, 'node_modules/.bin/nx'), args, {
    cwd: clone,
    env: nxEnvironment({}),
    encoding: 'utf8',
  });

interface Drawn {
  readonly nodes: Record<string, { readonly data: { readonly root: string } }>;
  readonly dependencies: Record<string, { readonly target: string }[]>;
}

it('a clone without the pinned sources shows their crates as projects and in the graph', () => {
  expect(nx('graph', '--file=graph.json').status).toBe(0);
  const { graph } = JSON.parse(readFileSync(join(clone, 'graph.json'), 'utf8')) as { graph: Drawn };
  const below = (folder: string) =>
    Object.entries(graph.nodes).filter(([, { data }]) => data.root.startsWith(`third_party/${folder}/`));
  expect(below('windmill')).toHaveLength(78);
  expect(below('chronik')).toHaveLength(18);
  expect(graph.dependencies['chronik-wal']?.map(({ target }) => target).sort()).toEqual([
    'chronik-common',
    'chronik-monitoring',
    'chronik-raft',
  ]);
});

it.each([
  ['windmill-backend', 'windmill'],
  ['chronik-server', 'chronik'],
])('building %s reports the command that fetches its sources', (project, source) => {
  const { status, stdout, stderr } = nx('run', `${project}:build`);
  expect(status).not.toBe(0);
  expect(stdout + stderr).toContain(
    `error[SOURCES_MISSING]: the vendored sources in third_party/${source} are not checked out`,
  );
  expect(stdout + stderr).toContain(`git submodule update --init --checkout -- third_party/${source}`);
});
