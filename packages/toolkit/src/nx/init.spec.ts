import { readNxJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { expect, it } from 'vitest';
import { addPlugin } from './init.js';

const plugin = '@millwright/mill';
const entries = (tree: Tree) => readNxJson(tree)?.plugins;

it.each([
  ['with options', { platforms: ['linux/amd64'] }, { plugin, options: { platforms: ['linux/amd64'] } }],
  ['without', undefined, plugin],
])('adds an entry %s only once', async (_, options, entry) => {
  const tree = createTreeWithEmptyWorkspace();
  const request = { plugin, ...(options && { options }), ignored: ['/artifacts/'], skipFormat: true };
  await addPlugin(tree, request);
  expect(entries(tree)).toEqual([entry]);
  expect(tree.read('.gitignore', 'utf8')).toContain('/artifacts/\n');
  const before = tree.listChanges().length;
  await addPlugin(tree, request);
  expect(entries(tree)).toEqual([entry]);
  expect(tree.listChanges()).toHaveLength(before);
});

it('keeps other plugins, and an existing entry with other options', async () => {
  const tree = createTreeWithEmptyWorkspace();
  await addPlugin(tree, { plugin: 'other', skipFormat: true });
  await addPlugin(tree, { plugin, options: { a: 1 }, skipFormat: true });
  await addPlugin(tree, { plugin, options: { a: 2 }, skipFormat: true });
  expect(entries(tree)).toEqual(['other', { plugin, options: { a: 1 } }]);
  expect(tree.exists('.gitignore')).toBe(false);
});
