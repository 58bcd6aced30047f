import { logger, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, expect, it, vi } from 'vitest';
import { gristmill } from '../../planning/gristmill.spec.helper.js';
import ciWorkflow from './generator.js';

let nodes: object = gristmill.nodes;

vi.mock('@nx/devkit', async (original) => ({
  ...(await original<typeof import('@nx/devkit')>()),
  readCachedProjectGraph: () => ({ nodes, dependencies: {} }),
}));

let tree: Tree;
let notes: string[];

beforeEach(() => {
  nodes = withRoots(gristmill.nodes);
  tree = createTreeWithEmptyWorkspace();
  notes = [];
  vi.spyOn(logger, 'info').mockImplementation((text: string) => void notes.push(text));
});

function withRoots(all: object): object {
  return Object.fromEntries(
    Object.entries(all as Record<string, { data: object }>).map(([name, { data }]) => [
      name,
      { data: { root: `projects/${name}`, ...data } },
    ]),
  );
}

/** Returns the files that the generator wrote. */
async function written(options: object): Promise<string[]> {
  await ciWorkflow(tree, { skipFormat: true, ...options });
  return tree
    .listChanges()
    .filter(({ path }) => path.includes('workflows') || path.includes('gitlab'))
    .map(({ path }) => path);
}

const text = (path: string) => tree.read(path, 'utf8') ?? '';

it('writes the workflows of GitHub, and names the images that are not pushed', async () => {
  expect(await written({ ci: 'github' })).toEqual([
    '.github/workflows/ci.yml',
    '.github/workflows/release.yml',
  ]);
  expect(text('.github/workflows/ci.yml')).toContain('TARGETS: build,test,lint,format-check');
  expect(text('.github/workflows/release.yml')).toContain('--targets=package --exclude-task-dependencies');
  expect(notes).toEqual([
    'Add these secrets to the environment `release`: MILLWRIGHT_SIGNING_KEY, MILLWRIGHT_PASSPHRASE.',
    'These images name no registry and are not pushed: gristctl, gristmill-server, gristmill-worker.',
  ]);
});

it('writes one file for GitLab', async () => {
  expect(await written({ ci: 'gitlab' })).toEqual(['.gitlab-ci.yml']);
});

it('prints the rule by which the server trusts the main branch', async () => {
  await written({ cacheServer: 'https://cache.example.org', cacheWorkspace: 'shop' });
  expect(JSON.parse(notes[1] ?? '')).toEqual({
    workspace: 'shop',
    provider: 'github',
    repository: '<owner>/<name>',
    workflows: ['.github/workflows/ci.yml'],
    refs: ['refs/heads/main'],
  });
});

it('takes branch, name, versions and submodules from the workspace', async () => {
  tree.write('package.json', '{"name":"@acme/mill"}');
  tree.write('nx.json', '{"defaultBase":"trunk"}');
  tree.write('.gitmodules', '');
  tree.write('projects/gristctl/go.mod', 'module example.org/ctl\n');
  await written({ cacheServer: 'http://127.0.0.1:7600' });
  const ci = text('.github/workflows/ci.yml');
  expect(ci).toContain('- trunk');
  expect(ci).toContain('--workspace mill');
  expect(ci).toContain('submodules: recursive');
  expect(ci).toContain('go-version-file: projects/gristctl/go.mod');
});

it('keeps existing files unless it is told to overwrite them', async () => {
  tree.write('.github/workflows/release.yml', 'mine');
  await expect(written({ ci: 'github' })).rejects.toThrow('.github/workflows/release.yml exists');
  expect(text('.github/workflows/release.yml')).toBe('mine');
  expect(tree.exists('.github/workflows/ci.yml')).toBe(false);
  await written({ ci: 'github', overwrite: true });
  expect(text('.github/workflows/release.yml')).toContain('name: Release');
});

it('writes no release workflow for a workspace that releases nothing', async () => {
  nodes = { tool: { data: { root: 'tool', targets: { test: { executor: '@millwright/go:test' } } } } };
  expect(await written({})).toEqual(['.github/workflows/ci.yml']);
  expect(notes.join()).toContain('There is no release workflow');
});

it.each([
  ['an expression', { cacheServer: 'https://x/${{ secrets.A }}' }, 'cacheServer'],
  ['a command', { cacheWorkspace: 'a$(id)' }, 'cacheWorkspace'],
  ['another option of git', { branch: '--force' }, 'branch'],
  ['quotes', { tags: "v*'; rm" }, 'tags'],
  ['white space', { targets: ['build test'] }, 'targets'],
  ['an unknown platform', { crossCompile: ['plan9/amd64'] }, 'crossCompile'],
])('refuses an option with %s', async (_, options, name) => {
  await expect(written(options)).rejects.toThrow(name);
});

it('refuses a branch of nx.json that a script could interpret', async () => {
  tree.write('nx.json', '{"defaultBase":"main$(id)"}');
  await expect(written({})).rejects.toThrow('branch is "main$(id)"');
});

it('refuses names of projects that GitHub would replace', async () => {
  const push = { executor: '@millwright/oci:oci-push', options: { name: 'ghcr.io/acme/app' } };
  const build = { executor: 'nx:run-commands' };
  nodes = { 'a${{ secrets.A }}': { data: { root: 'a', targets: { build, 'oci-push': push } } } };
  await expect(written({})).rejects.toThrow('cannot be part of a workflow');
});

it.each([
  [
    'without package.json',
    () => {
      tree.delete('package.json');
    },
    'no package.json',
  ],
  [
    'without any of the targets',
    () => {
      nodes = {};
    },
    'no project has one of the targets',
  ],
])('refuses a workspace %s', async (_, change, message) => {
  change();
  await expect(written({})).rejects.toThrow(message);
});
