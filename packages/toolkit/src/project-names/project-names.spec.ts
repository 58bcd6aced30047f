import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { projectNames } from './project-names.js';

const plugins = ['@millwright/cargo', '@millwright/go', '@millwright/compose'];
const manifests = ['Cargo.toml', 'go.mod', 'compose.yaml', 'package.json'];

/** Returns the manifests that one plugin warns about while it computes the names, if none of them can be read. */
async function warnedBy(plugin: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'project-names-'));
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    for (const name of manifests) symlinkSync('/dev/null', join(folder, name));
    await projectNames(manifests, plugin, { workspaceRoot: folder, nxJsonConfiguration: { plugins } });
    return manifests.filter((name) => say.mock.calls.join('\n').includes(`/${name} was ignored`));
  } finally {
    say.mockRestore();
    rmSync(folder, { recursive: true });
  }
}

it('warns about a file that cannot be read in one plugin only', async () => {
  const warned = [];
  // What a plugin creates projects from, it reads again, with a warning.
  for (const plugin of plugins) warned.push(await warnedBy(plugin));
  expect(warned).toEqual([['package.json'], [], []]);
});
