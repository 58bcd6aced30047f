/** `millwright rebuild`: artifacts of the real plugins, built again from their provenance. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, nxEnvironment, outcomes, repository, Workspace } from './workspace.ts';

const files = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/app/Cargo.toml': manifest('app'),
  'crates/app/src/main.rs': 'fn main() { println!("{}", file!()); }\n',
  'crates/clock/Cargo.toml': manifest('clock'),
  'crates/clock/build.rs':
    'fn main() { println!("cargo::rustc-env=MADE=made at {:?}", std::time::SystemTime::now()); }\n',
  'crates/clock/src/main.rs': 'fn main() { println!("{}", env!("MADE")); }\n',
};
const folder = 'artifacts/linux/amd64';
let workspace: Workspace;

/** Runs the command in a workspace. */
function rebuild(args: readonly string[], { folder: cwd } = workspace) {
  const program = join(repository, 'packages/cli/dist/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'rebuild', ...args], {
    cwd,
    env: nxEnvironment({}),
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

beforeAll(() => {
  workspace = new Workspace(files, { platforms: ['linux/amd64'], sbom: true, rebuild: true });
  const { status, output } = workspace.nx(['run-many', '-t', 'build']);
  expect(status, output).toBe(0);
});

afterAll(() => {
  workspace.remove();
});

it('builds the same bytes in another folder, and writes a statement about it', () => {
  const { status, output } = rebuild([`${folder}/app`]);
  expect(status, output).toBe(0);
  expect(output).toContain(`reproduced: ${folder}/app has the same bytes`);
  const statement = JSON.parse(workspace.read(`${folder}/app.rebuild.json`)) as object;
  expect(statement).toMatchObject({
    subject: [{ name: 'app' }],
    predicateType: 'urn:millwright:rebuild:v1',
    predicate: { reproduced: true, task: 'app:build-linux-amd64:release' },
  });
});

it('names the section that differs, and keeps the other file', () => {
  const { status, output } = rebuild([`${folder}/clock`, '--keep', 'kept']);
  expect(status, output).toBe(1);
  expect(output).toMatch(/first difference: section \.rodata, byte \d+ .*made at SystemTime/);
  const [ours, theirs] = [`${folder}/clock`, 'kept'].map((path) => readFileSync(workspace.path(path)));
  expect(ours?.equals(theirs ?? Buffer.alloc(0))).toBe(false);
});

it('fails as a target of Nx if the files differ, and writes the statement', () => {
  const { status, output } = workspace.nx(['run', 'clock:rebuild']);
  expect(status).toBe(1);
  expect(output).toMatch(/first difference: section \.rodata[^]*error\[REBUILD_DIFFERS\]/);
  expect(workspace.read(`${folder}/clock.rebuild.json`)).toContain('"reproduced": false');
});

it('two clones write the same records, and a clone that restores has those of the builder', () => {
  const [one, other] = [workspace.clone(), workspace.clone()];
  const cacheOf = (clone: Workspace) => ({
    NX_CACHE_DIRECTORY: clone.path('.nx/own-cache'),
    NX_WORKSPACE_DATA_DIRECTORY: clone.path('.nx/own-data'),
  });
  const inCi = { CI: 'true', GITHUB_ACTIONS: undefined, GITLAB_CI: undefined };
  const records = (clone: Workspace, env: Record<string, string | undefined>) => {
    const { status, output } = clone.nx(['run', 'app:sbom'], env);
    expect(status, output).toBe(0);
    return [
      outcomes(output)['app:build-linux-amd64:release'],
      ...['provenance.json', 'units.json', 'cdx.json'].map((kind) => clone.read(`${folder}/app.${kind}`)),
    ];
  };
  const [outcome, ...texts] = records(one, { ...inCi, ...cacheOf(one) });
  expect(outcome).toBe('built');
  expect(texts[0]).toContain('urn:millwright:builder:ci');
  expect(records(other, { ...inCi, ...cacheOf(other) })).toEqual(['built', ...texts]);
  other.delete('artifacts');
  expect(records(other, { CI: undefined, ...cacheOf(one) })).toEqual(['cached', ...texts]);
  for (const clone of [one, other]) clone.remove();
});

it('refuses what was built from changes, and what another repository built', () => {
  const other = new Workspace({});
  expect(rebuild([workspace.path(`${folder}/app`)], other).output).toMatch(
    /REBUILD_REFUSED.*which .* does not have\n.*another repository/,
  );
  other.remove();
  workspace.write('crates/app/src/main.rs', 'fn main() {}\n');
  expect(workspace.nx(['run', 'app:build']).status).toBe(0);
  expect(rebuild([`${folder}/app`]).output).toMatch(
    /REBUILD_REFUSED.*\n.*changes that are not in the commit/,
  );
});
