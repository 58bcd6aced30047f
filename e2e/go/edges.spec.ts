import { afterEach, describe, expect, it } from 'vitest';
import { Workspace } from '../workspace.ts';

/** Nx caches the edges of unchanged files. These tests change other files. */
let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

const library = (folder: string, name: string) => ({
  [`${folder}/go.mod`]: `module example.org/${name}\n\ngo 1.25\n`,
  [`${folder}/${name}.go`]: `package ${name}\n\nconst X = 1\n`,
});
const app = (required: string) => ({
  'app/go.mod': `module example.org/app\n\ngo 1.25\n${required}`,
  'app/main.go': 'package main\n\nimport "example.org/lib"\n\nfunc main() { println(lib.X) }\n',
});
const require = '\nrequire example.org/lib v0.0.0\n';

/** Returns the folders of the modules that app depends on, as a new Nx process computes them. */
function dependencies(): string[] {
  const { status, output } = workspace.nx(['graph', '--file=graph.json']);
  expect(status, output).toBe(0);
  const { graph } = JSON.parse(workspace.read('graph.json')) as {
    graph: {
      nodes: Record<string, { data: { root: string } }>;
      dependencies: Record<string, { target: string }[]>;
    };
  };
  const [name = ''] = Object.keys(graph.nodes).filter((one) => graph.nodes[one]?.data.root === 'app');
  return (graph.dependencies[name] ?? [])
    .map(({ target }) => graph.nodes[target]?.data.root ?? target)
    .sort();
}

describe('edges follow other files even if those of the module itself are unchanged', () => {
  it.each<[string, Record<string, string>, (edit: (path: string, from: string, to: string) => void) => void]>(
    [
      [
        'a go.work file that uses another folder',
        { 'go.work': 'go 1.25\n\nuse (\n\t./app\n\t./one\n)\n' },
        (edit) => {
          edit('go.work', './one', './two');
        },
      ],
      [
        'a replacement in a go.work file',
        { 'go.work': 'go 1.25\n\nuse ./app\n\nreplace example.org/lib => ./one\n' },
        (edit) => {
          edit('go.work', '=> ./one', '=> ./two');
        },
      ],
      [
        'a replacement in another module of the workspace',
        {
          'go.work': 'go 1.25\n\nuse (\n\t./app\n\t./other\n)\n',
          'other/go.mod': 'module example.org/other\n\ngo 1.25\n\nreplace example.org/lib => ../one\n',
        },
        (edit) => {
          edit('other/go.mod', '=> ../one', '=> ../two');
        },
      ],
    ],
  )('%s', (_, files, change) => {
    workspace = new Workspace(
      { ...app(require), ...library('one', 'lib'), ...library('two', 'lib'), ...files },
      undefined,
      undefined,
      [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
    );
    expect(dependencies()).toEqual(['one']);
    change((path, from, to) => {
      workspace.write(path, workspace.read(path).replace(from, to));
    });
    expect(dependencies()).toEqual(['two']);
  });
});
