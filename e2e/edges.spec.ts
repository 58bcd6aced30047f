import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Nx caches the results for unchanged files; these tests change other files. */
let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace({
    'Cargo.toml': `[workspace]
members = ["app"]
exclude = ["one", "two"]
[workspace.dependencies]
inherited = { path = "one/inherited" }
[patch.crates-io]
patched = { path = "one/patched" }
`,
    'app/Cargo.toml': manifest('app', '[dependencies]\ninherited.workspace = true\npatched = "0.1"\n'),
    'app/src/main.rs': 'fn main() {}\n',
    ...Object.fromEntries(
      ['one', 'two'].flatMap((folder) =>
        ['inherited', 'patched'].flatMap((name) => [
          [`${folder}/${name}/Cargo.toml`, manifest(name, '[workspace]\n')],
          [`${folder}/${name}/src/lib.rs`, ''],
        ]),
      ),
    ),
  });
});
afterAll(() => {
  workspace.remove();
});

/** Returns the folders of the crates that app depends on, according to a new Nx process. */
function dependencies(): string[] {
  const { status, output } = workspace.nx(['graph', '--file=graph.json']);
  expect(status, output).toBe(0);
  const { graph } = JSON.parse(workspace.read('graph.json')) as {
    graph: {
      nodes: Record<string, { data: { root: string } }>;
      dependencies: Record<string, { target: string }[]>;
    };
  };
  const [app = ''] = Object.keys(graph.nodes).filter((name) => graph.nodes[name]?.data.root === 'app');
  return (graph.dependencies[app] ?? []).map(({ target }) => graph.nodes[target]?.data.root ?? target).sort();
}

it('edges change with a patch and an inherited path, even if the manifest of the crate is unchanged', () => {
  expect(dependencies()).toEqual(['one/inherited', 'one/patched']);
  workspace.write('Cargo.toml', workspace.read('Cargo.toml').replaceAll('one/', 'two/'));
  workspace.cargo('update', '--offline', '--workspace');
  expect(dependencies()).toEqual(['two/inherited', 'two/patched']);
});
