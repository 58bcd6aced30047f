import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/**
 * Two binaries that ask one library for different features, which Cargo would unify in one invocation, and a
 * third that asks for those of the first.
 */
const files = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/voice/Cargo.toml': manifest('voice', '[features]\nloud = []\n'),
  'crates/voice/src/lib.rs':
    'pub fn say() -> &\'static str { if cfg!(feature = "loud") { "HELLO" } else { "hello" } }\n',
  ...Object.fromEntries(
    [
      ['quiet', ''],
      ['noisy', ', features = ["loud"]'],
      ['calm', ''],
    ].flatMap(([name = '', features = '']) => [
      [
        `crates/${name}/Cargo.toml`,
        manifest(name, `[dependencies]\nvoice = { path = "../voice"${features} }\n`),
      ],
      [`crates/${name}/src/main.rs`, 'fn main() { println!("{}", voice::say()); }\n'],
    ]),
  ),
};
const names = ['calm', 'noisy', 'quiet'];

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(files);
});
afterAll(() => {
  workspace.remove();
});

const checksums = () => names.map((name) => workspace.read(`artifacts/linux/amd64/${name}.sha256`));
const clean = () => {
  for (const folder of ['target', 'artifacts'])
    rmSync(workspace.path(folder), { recursive: true, force: true });
};

it('a binary is identical when built alone and in a batch, in an empty and in a used target folder', () => {
  const alone = names.map((name) => {
    clean();
    expect(workspace.nx(['run', `${name}:build`, '--skip-nx-cache']).status).toBe(0);
    return workspace.read(`artifacts/linux/amd64/${name}.sha256`);
  });
  clean();
  const { output } = workspace.nx(['run-many', '-t', 'build', '--skip-nx-cache']);
  expect(output).toContain('calm, quiet for linux/amd64');
  expect(checksums()).toEqual(alone);
  rmSync(workspace.path('artifacts'), { recursive: true });
  workspace.nx(['run-many', '-t', 'build', '--skip-nx-cache']);
  expect(checksums()).toEqual(alone);
});

it('batch grouping is computed again after a change of a manifest, but not of a source', () => {
  const remembered = () => workspace.read('.nx/workspace-data/millwright/batch-grouping.json');
  const before = remembered();
  workspace.write('crates/voice/src/lib.rs', `${files['crates/voice/src/lib.rs']}// a comment\n`);
  workspace.nx(['run-many', '-t', 'build', '--skip-nx-cache']);
  expect(remembered()).toBe(before);
  const path = 'crates/calm/Cargo.toml';
  const manifestBefore = workspace.read(path);
  workspace.write(path, manifestBefore.replace('voice" }', 'voice", features = ["loud"] }'));
  const { output } = workspace.nx(['run-many', '-t', 'build', '--skip-nx-cache']);
  expect(output).toContain('calm, noisy for linux/amd64');
  expect(remembered()).not.toBe(before);
  workspace.write(path, manifestBefore);
  workspace.write('crates/voice/src/lib.rs', files['crates/voice/src/lib.rs']);
});

it('installTo copies the binary to a second path, which the cache restores too', () => {
  workspace.write(
    'crates/calm/project.json',
    JSON.stringify({
      name: 'calm',
      targets: { 'build-linux-amd64': { options: { installTo: 'vendor/calm-here' } } },
    }),
  );
  expect(workspace.nx(['run', 'calm:build']).status).toBe(0);
  const installed = workspace.read('vendor/calm-here');
  rmSync(workspace.path('vendor'), { recursive: true });
  const { output } = workspace.nx(['run', 'calm:build']);
  expect(output).toContain('[local cache]');
  expect(workspace.read('vendor/calm-here')).toBe(installed);
});
