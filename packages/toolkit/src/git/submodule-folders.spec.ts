import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { submoduleFolders } from './submodule-folders.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millwright-submodules-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
  vi.restoreAllMocks();
});

const [cargo, go, compose] = ['@millwright/cargo', '@millwright/go', '@millwright/compose'] as const;

/** Returns the folders, as plugins see them that Nx loads in this order. */
function foldersFor(plugins: readonly string[]) {
  const context = { workspaceRoot: root, nxJsonConfiguration: { plugins: [...plugins] } };
  return [cargo, go].flatMap((plugin) => submoduleFolders(plugin, context));
}

it('returns the folders of submodules to each plugin', () => {
  writeFileSync(join(root, '.gitmodules'), '[submodule "a"]\n\tpath = third_party/a\n');
  expect(foldersFor([cargo, go])).toEqual(['third_party/a', 'third_party/a']);
});

it.each([
  ['cargo', [cargo, go]],
  ['go', [go, cargo]],
  ['stacks, which does not read it', [compose, go, cargo]],
])('only one of two plugins warns about .gitmodules where the first one is that of %s', (_, plugins) => {
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  symlinkSync('/etc/hostname', join(root, '.gitmodules'));
  const context = { workspaceRoot: root, nxJsonConfiguration: { plugins: [...plugins] } };
  const [first = '', second = ''] = plugins.filter((plugin) => plugin !== compose);
  // In this order, because each process prints a warning once.
  expect(submoduleFolders(second, context)).toEqual([]);
  expect(say).not.toHaveBeenCalled();
  expect(submoduleFolders(first, context)).toEqual([]);
  expect(say).toHaveBeenCalledOnce();
});
