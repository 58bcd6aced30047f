import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Nx keeps what it knows of files that stay the same; these tests change others. */
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

/** The folders of the crates that app depends on, as a new Nx sees them. */
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

it('edges follow a patch and an inherited path that lead elsewhere, although the crate itself stays the same', () => {
  expect(dependencies()).toEqual(['one/inherited', 'one/patched']);
  workspace.write('Cargo.toml', workspace.read('Cargo.toml').replaceAll('one/', 'two/'));
  workspace.cargo('update', '--offline', '--workspace');
  expect(dependencies()).toEqual(['two/inherited', 'two/patched']);
});
