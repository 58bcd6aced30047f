import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepository } from './repository.js';

/** The crate graphs of the projects that this plugin is made for, read from their sources once. */
interface UpstreamGraph {
  readonly packages: readonly {
    readonly name: string;
    readonly path: string;
    readonly targets: readonly { readonly kind: string; readonly name: string }[];
    readonly pathDependencies: readonly {
      readonly name: string;
      readonly kind: string;
      readonly optional: boolean;
    }[];
  }[];
}

const sections: Readonly<Record<string, string>> = {
  normal: 'dependencies',
  build: 'build-dependencies',
  dev: 'dev-dependencies',
};

function filesOf(graph: UpstreamGraph): Map<string, string> {
  const files = new Map<string, string>();
  const folderOf = new Map(graph.packages.map(({ name, path }) => [name, path]));
  const hasRoot = graph.packages.some(({ path }) => path === '.');
  const members = graph.packages.map(({ path }) => path).filter((path) => path !== '.');
  const workspace = `[workspace]\nmembers = ${JSON.stringify(members)}\n`;
  if (!hasRoot) files.set('Cargo.toml', workspace);
  for (const { name, path, targets, pathDependencies } of graph.packages) {
    const lines = [`[package]\nname = "${name}"\nversion = "0.1.0"`];
    for (const target of targets) {
      const file = `src/${target.kind}-${target.name}.rs`;
      if (target.kind === 'bin') lines.push(`[[bin]]\nname = "${target.name}"\npath = "${file}"`);
      if (target.kind !== 'bin' && target.kind !== 'custom-build')
        lines.push(`[lib]\nname = "${target.name}"\npath = "${file}"`);
      files.set(posix.join(path, file), '');
    }
    for (const { name: dependency, kind, optional } of pathDependencies) {
      const to = posix.relative(path, folderOf.get(dependency) ?? '') || '.';
      lines.push(
        `[${sections[kind] ?? kind}.${dependency}]\npath = "${to}"${optional ? '\noptional = true' : ''}`,
      );
    }
    files.set(posix.join(path, 'Cargo.toml'), `${lines.join('\n')}\n${path === '.' ? workspace : ''}`);
  }
  return files;
}

describe.each([
  ['chronik-2.10.4', 18, 42],
  ['windmill-1.533.1', 28, 86],
  ['windmill-1.713.1', 78, 344],
])('%s', (name, packages, dependencies) => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${name}-crates.json`), 'utf8');
  const graph = JSON.parse(text) as UpstreamGraph;
  const files = filesOf(graph);
  const repository = readRepository(
    [...files.keys()].filter((path) => path.endsWith('Cargo.toml')),
    {
      read: (path) => files.get(path),
      exists: (path) => files.has(path),
      list: () => [],
    },
  );

  it(`has its ${packages} crates, each where it is, in one workspace`, () => {
    expect(repository.workspaces.map(({ root }) => root)).toEqual(['.']);
    const ours = [...repository.crates.values()].map((crate) => `${crate.root} ${crate.name}`).sort();
    expect(ours).toEqual(graph.packages.map((crate) => `${crate.path} ${crate.name}`).sort());
    expect(ours).toHaveLength(packages);
  });

  it(`has its ${dependencies} dependencies between them, kinds included`, () => {
    const ours = repository.edges.flatMap(({ source, target, kinds }) =>
      kinds.map((kind) => `${source} -${kind}-> ${target}`),
    );
    const folderOf = new Map(graph.packages.map((crate) => [crate.name, crate.path]));
    const theirs = graph.packages.flatMap((crate) =>
      crate.pathDependencies.map(
        (dependency) => `${crate.path} -${dependency.kind}-> ${folderOf.get(dependency.name) ?? ''}`,
      ),
    );
    expect(theirs).toHaveLength(dependencies);
    expect(ours.sort()).toEqual([...new Set(theirs)].sort());
  });
});
