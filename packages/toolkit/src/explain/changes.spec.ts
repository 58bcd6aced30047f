import { expect, it } from 'vitest';
import { changesBetween, type TaskState, withOrigins } from './changes.js';
import type { HashedInputs, InputChange } from './observed/inputs.js';

const projects = new Set(['app', 'base']);

const inputs: HashedInputs = {
  nodes: {
    'workspace:[{workspaceRoot}/src/**/*]': '1',
    'workspace:[{workspaceRoot}/nx.json]': '1',
    'env:MADE': '1',
    'env:DIGEST': '1',
    'env:GIVEN': '1',
    'app:ProjectConfiguration': '1',
    'base:ProjectConfiguration': '1',
    '**/slice.json:slices': '1',
    'runtime:uname': '1',
    'npm:x': '1',
  },
  files: { 'src/main.rs': '1', 'src/gone.rs': '1', 'nx.json': '1' },
  parts: { DIGEST: { rustc: '1', 'variable RUSTFLAGS': '1' }, GIVEN: { 'options of the command line': '' } },
  definition: {
    'options.features: a': '',
    'configurations.dev.profile': 'dev',
    'target lint': '1',
    'nx.json namedInputs': '1',
  },
  outputs: { 'profiles.opt-level': '3' },
  overrides: {},
};
const resolve: HashedInputs = {
  ...inputs,
  nodes: { 'workspace:[{workspaceRoot}/Cargo.toml]': '1' },
  files: { 'Cargo.toml': '1' },
};
const before: TaskState = { plugin: 'cargo 1', inputs, upstream: { 'root:resolve': resolve } };

/** The state with some parts replaced; the nodes named by their beginnings have other hashes. */
function after(nodes: readonly string[], parts: Partial<HashedInputs>, upstream = resolve): TaskState {
  const changed = Object.entries(inputs.nodes).map(([key, hash]) => [
    key,
    nodes.some((start) => key.startsWith(start)) ? '2' : hash,
  ]);
  return {
    plugin: 'cargo 1',
    inputs: { ...inputs, ...parts, nodes: Object.fromEntries(changed) as Record<string, string> },
    upstream: { 'root:resolve': upstream },
  };
}

const rest = { 'src/main.rs': '1', 'nx.json': '1' };

it.each<[string, TaskState, string[]]>([
  ['nothing', after([], {}), []],
  [
    'a file',
    after(['workspace:[{workspaceRoot}/src'], { files: { ...inputs.files, 'src/main.rs': '2' } }),
    ['changed file src/main.rs'],
  ],
  [
    'a new and a deleted file',
    after(['workspace:[{workspaceRoot}/src'], { files: { ...rest, 'src/new.rs': '1' } }),
    ['removed file src/gone.rs', 'added file src/new.rs'],
  ],
  [
    'a file that is not in the list',
    after(['workspace:[{workspaceRoot}/src'], {}),
    ['changed file a file that matches src/**/*'],
  ],
  [
    'a file that Nx did not hash into the task',
    after([], { files: { ...inputs.files, 'src/main.rs': '2' } }),
    [],
  ],
  [
    'a part of nx.json',
    after(['workspace:[{workspaceRoot}/nx'], {
      files: { ...inputs.files, 'nx.json': '2' },
      definition: { ...inputs.definition, 'nx.json namedInputs': '2' },
    }),
    ['changed file nx.json: namedInputs'],
  ],
  ['a variable', after(['env:MADE'], {}), ['changed variable MADE']],
  [
    'a part of what a variable stands for',
    after(['env:DIGEST'], {
      parts: {
        ...inputs.parts,
        DIGEST: { rustc: '2', 'variable RUSTFLAGS': '2', 'linker cc': '1', 'file /etc/x': '1' },
      },
    }),
    ['added file /etc/x', 'added machine linker cc', 'changed machine rustc', 'changed variable RUSTFLAGS'],
  ],
  [
    'a variable that is hashed by itself and with the machine, once',
    after(['env:MADE', 'env:DIGEST'], {
      parts: { ...inputs.parts, DIGEST: { ...inputs.parts.DIGEST, 'variable MADE': '1' } },
    }),
    ['added variable MADE'],
  ],
  [
    'a variable that stands for one thing',
    after(['env:GIVEN'], {}),
    ['changed machine options of the command line'],
  ],
  [
    'an option',
    after(['app:'], {
      definition: { ...inputs.definition, 'options.features: b': '', 'configurations.dev.profile': 'test' },
    }),
    ['changed option configurations.dev.profile dev -> test', 'added option options.features: b'],
  ],
  [
    'another target of the project',
    after(['app:'], { definition: { ...inputs.definition, 'target lint': '2' } }),
    ['changed definition target lint 1 -> 2'],
  ],
  ['the definition of another project', after(['base:'], {}), ['changed definition project base']],
  [
    'an output of another task, with the inputs of that one',
    after(
      ['**/slice'],
      { outputs: { 'profiles.opt-level': '2' } },
      {
        ...resolve,
        nodes: { 'workspace:[{workspaceRoot}/Cargo.toml]': '2' },
        files: { 'Cargo.toml': '2' },
      },
    ),
    [
      'changed file Cargo.toml (through root:resolve)',
      'changed output of another task profiles.opt-level 3 -> 2',
    ],
  ],
  [
    'an option of the command line',
    after([], { overrides: { '--features': '"x"' } }),
    ['added command line --features -> "x"'],
  ],
  ['what a command prints', after(['runtime:'], {}), ['changed command uname']],
  ['a package of npm', after(['npm:'], {}), ['changed other npm:x']],
  ['the plugin', { ...after([], {}), plugin: 'cargo 2' }, ['changed plugin version cargo 1 -> cargo 2']],
])('names %s', (_, now, expected) => {
  const said = changesBetween(before, now, projects).map(
    ({ how, kind, name, before: old, after: next, through }) =>
      [
        how,
        kind,
        name,
        ...(old ? [old] : []),
        ...(next && (old ?? kind === 'command line') ? ['->', next] : []),
        ...(through === undefined ? [] : [`(through ${through})`]),
      ].join(' '),
  );
  expect(said).toEqual(expected);
});

it.each<[string, InputChange['how'], InputChange['kind'], string | undefined]>([
  ['options.features: a', 'added', 'option', 'set in app/project.json'],
  ['options.env.PATH', 'changed', 'option', 'set in nx.json'],
  ['configurations.dev.profile', 'changed', 'option', 'inferred by @millwright/cargo'],
  ['options.features: a', 'removed', 'option', undefined],
  ['options.unknown', 'added', 'option', undefined],
  ['options.env', 'changed', 'file', undefined],
])('%s, %s as %s, has the origin %s', (name, how, kind, origin) => {
  const [change] = withOrigins([{ name, how, kind }], 'build', {
    'targets.build.options': ['app/Cargo.toml', '@millwright/cargo'],
    'targets.build.options.features': ['app/project.json', 'nx/core/project-json'],
    'targets.build.options.env': ['nx.json', 'nx/target-defaults'],
    'targets.build.configurations.dev.profile': ['app/Cargo.toml', '@millwright/cargo'],
  });
  expect(change?.origin).toBe(origin);
});
