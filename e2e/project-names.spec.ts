import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolatedPlugins, manifest, Workspace } from './workspace.ts';

const stack = 'services: { a: { image: debian:bookworm-slim } }\n';
const virtual = '[workspace]\nmembers = ["*"]\nresolver = "2"\n';
const plugins = ['@millwright/cargo', '@millwright/go', '@millwright/compose'];

/** Crates, modules, stacks and packages whose names conflict in several ways. */
const files = {
  'package.json': '{"name":"small","private":true,"workspaces":["apps/*"]}',
  'apps/desktop/package.json': '{"name":"desktop","version":"1.0.0"}',
  'apps/desktop/src-tauri/Cargo.toml': manifest('desktop'),
  'apps/desktop/src-tauri/src/main.rs': 'fn main() {}\n',
  'a/rust/Cargo.toml': virtual,
  'a/rust/mill/Cargo.toml': manifest('mill'),
  'a/rust/mill/src/lib.rs': '',
  'b/rust/Cargo.toml': virtual,
  'b/rust/sieve/Cargo.toml': manifest('sieve'),
  'b/rust/sieve/src/lib.rs': '',
  'a/docker/compose.yaml': stack,
  'b/docker/docker-compose.yml': stack,
  'stacks/mill/compose.yaml': stack,
  'tools/sieve/go.mod': 'module example.org/sieve\n\ngo 1.24\n',
  'tools/sieve/main.go': 'package main\n\nfunc main() {}\n',
};

const expected = {
  desktop: 'apps/desktop',
  'apps-desktop-src-tauri': 'apps/desktop/src-tauri',
  rust: 'a/rust',
  mill: 'a/rust/mill',
  'b-rust': 'b/rust',
  sieve: 'b/rust/sieve',
  docker: 'a/docker',
  'b-docker': 'b/docker',
  'stacks-mill': 'stacks/mill',
  'tools-sieve': 'tools/sieve',
};

/** Returns the projects that Nx shows with their folders, and its other output. */
function projectsOf(workspace: Workspace, env = {}): { roots: Record<string, string>; printed: string } {
  const { status, stdout, stderr } = workspace.nxApart(['graph', '--file=graph.json'], env);
  expect(`${stdout}${stderr}`).toContain('graph.json');
  expect(status).toBe(0);
  const { graph } = JSON.parse(workspace.read('graph.json')) as {
    graph: { nodes: Record<string, { data: { root: string } }> };
  };
  const roots = Object.entries(graph.nodes).map(([name, { data }]) => [name, data.root]);
  return { roots: Object.fromEntries(roots) as Record<string, string>, printed: stderr };
}

describe('a repository whose projects would have the same names', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(files, undefined, undefined, plugins);
  });
  afterAll(() => {
    workspace.nx(['daemon', '--stop'], { NX_DAEMON: 'true' });
    workspace.remove();
  });

  it('assigns unique names, and reports changed names once', () => {
    const { roots, printed } = projectsOf(workspace);
    expect(roots).toEqual(expected);
    expect(printed).toContain('b/rust is b-rust, because the project in a/rust has the name rust');
    expect(printed).toContain(
      'stacks/mill is stacks-mill, because the project in a/rust/mill has the name mill',
    );
    expect(printed).toContain(
      'tools/sieve is tools-sieve, because the project in b/rust/sieve has the name sieve',
    );
    expect(projectsOf(workspace).printed).not.toContain('because');
  });

  it('reports them on standard error, so that JSON output stays valid', () => {
    workspace.nx(['reset']);
    const { stdout, stderr } = workspace.nxApart(['show', 'projects', '--json']);
    expect((JSON.parse(stdout) as string[]).sort()).toEqual(Object.keys(expected).sort());
    expect(stderr.match(/b\/rust is b-rust/g)).toHaveLength(1);
  });

  it('reports them through the daemon of Nx', () => {
    workspace.nx(['reset']);
    const { roots, printed } = projectsOf(workspace, {
      ...isolatedPlugins,
      NX_DAEMON: 'true',
      CI: undefined,
    });
    expect(roots).toEqual(expected);
    expect(printed.match(/b\/rust is b-rust/g)).toHaveLength(1);
  });

  it('keeps the names when projects with the same names are added', () => {
    workspace.write('c/docker/compose.yaml', stack);
    workspace.write('c/rust/Cargo.toml', virtual);
    workspace.write('c/rust/plate/Cargo.toml', manifest('plate'));
    workspace.write('c/rust/plate/src/lib.rs', '');
    const { roots } = projectsOf(workspace);
    workspace.delete('c');
    expect(roots).toEqual({ ...expected, 'c-docker': 'c/docker', 'c-rust': 'c/rust', plate: 'c/rust/plate' });
  });

  it('assigns the same names if an nx.json entry restricts a plugin to a part of the repository', () => {
    const before = workspace.read('nx.json');
    const entries = [
      { plugin: '@millwright/cargo', include: ['a/**'] },
      { plugin: '@millwright/cargo', exclude: ['a/**'] },
      { plugin: '@millwright/go', include: ['tools/**'] },
      { plugin: '@millwright/compose', exclude: ['b/docker/**'] },
    ];
    workspace.write('nx.json', JSON.stringify({ analytics: false, plugins: entries }));
    const { roots } = projectsOf(workspace);
    workspace.write('nx.json', before);
    expect(roots).toEqual(
      Object.fromEntries(Object.entries(expected).filter(([, root]) => root !== 'b/docker')),
    );
  });

  it('a project.json in the folder overrides the name', () => {
    workspace.write('b/rust/project.json', '{"name":"sieves"}');
    const { roots } = projectsOf(workspace);
    workspace.delete('b/rust/project.json');
    expect(roots.sieves).toBe('b/rust');
    expect(roots['b-rust']).toBeUndefined();
  });
});

it('names a stack beside a Cargo.toml without the Rust plugin', () => {
  const workspace = new Workspace(
    { 'tests/Cargo.toml': manifest('tests-of-mill'), 'tests/docker-compose.yml': stack },
    undefined,
    undefined,
    ['@millwright/compose'],
  );
  const { roots } = projectsOf(workspace);
  workspace.remove();
  expect(roots).toEqual({ tests: 'tests' });
});
