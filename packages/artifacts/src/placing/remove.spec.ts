import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { placeArtifact } from './place.js';
import { removeObsoleteArtifacts } from './remove.js';

const folder = 'artifacts/linux/amd64';
let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'remove-'));
  mkdirSync(join(root, folder), { recursive: true });
  for (const [name, project] of [
    ['app', 'app'],
    ['extra', 'app'],
    ['other', 'other'],
  ] as const) {
    const source = join(root, name);
    writeFileSync(source, name);
    const destination = join(root, folder, name);
    await placeArtifact({
      workspaceRoot: root,
      source,
      destination,
      project,
      isProject: () => true,
      version: {},
    });
  }
  writeFileSync(join(root, folder, 'note'), 'no artifact');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const outputs = ['app', 'app.sha256', 'app.version', 'extra', 'extra.sha256', 'other', 'note', 'gone'];

it("removes the project's artifacts that were not built, with their side files, and nothing else", async () => {
  const paths = outputs.map((name) => `${folder}/${name}`);
  expect(await removeObsoleteArtifacts(root, paths, [`${folder}/app`], 'app')).toEqual([`${folder}/extra`]);
  expect(readdirSync(join(root, folder)).filter((name) => name.startsWith('extra'))).toEqual([]);
  for (const name of ['app', 'app.sha256', 'app.version', 'other', 'note'])
    expect(existsSync(join(root, folder, name))).toBe(true);
});
