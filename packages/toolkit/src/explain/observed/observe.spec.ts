import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DigestCache } from '../../state/digest-cache.js';
import { FileIndex } from './file-index.js';
import type { HashedInputs } from './inputs.js';
import { observeInputs } from './observe.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'observe-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

interface Case {
  readonly nodes?: readonly string[];
  readonly target?: object;
  readonly overrides?: object;
}

/** What is observed of `app:build`. */
function observe({ nodes = [], target = {}, overrides = {} }: Case): Promise<HashedInputs> {
  return observeInputs(
    {
      id: 'app:build',
      target: { project: 'app', target: 'build' },
      overrides,
      hashDetails: { nodes: Object.fromEntries(nodes.map((node) => [node, '1'])) },
    },
    {
      root,
      projects: new Map([['app', { root: 'app', targets: { build: target } }]]),
      nxJson: {},
      files: new FileIndex(new Map([['app/word.txt', '1']])),
      cache: new DigestCache(),
      parts: {},
    },
  );
}

it('finds the files of a list that Nx cut short by the inputs of the target', async () => {
  mkdirSync(join(root, 'app/made'), { recursive: true });
  writeFileSync(join(root, 'app/made/x.txt'), '');
  const inputs = [
    '{projectRoot}/**/*',
    { fileset: '{workspaceRoot}/app/word.txt', includeIgnored: true },
    { fileset: '{projectRoot}/made/**/*', includeIgnored: true },
  ];
  const { files } = await observe({ nodes: ['files:[a.txt (+2 more)]'], target: { inputs } });
  expect(Object.keys(files)).toEqual(['app/made/x.txt', 'app/word.txt']);
  expect((await observe({ nodes: ['files:[a.txt]'], target: { inputs } })).files).toEqual({});
});

it.each<[string, Case]>([
  ['an option env', { target: { options: { env: { KEY: 'hunter2' } } } }],
  ['an option env of a configuration', { target: { configurations: { dev: { env: { KEY: 'hunter2' } } } } }],
  ['a list of variables', { target: { options: { environment: ['KEY=hunter2'] } } }],
  ['an option named like a secret', { target: { options: { apiKey: 'hunter2' } } }],
  ['an argument', { target: { options: { args: ['--token=hunter2', '--config=env.KEY="hunter2"'] } } }],
  ['a command', { target: { options: { command: 'DB_PASSWORD=hunter2 run' } } }],
  ['a URL', { target: { options: { index: 'https://user:hunter2@example.org' } } }],
  ['the command line', { overrides: { env: { KEY: 'hunter2' } } }],
  ['arguments of the command line', { overrides: { args: ['--token=hunter2'] } }],
])('keeps no secret of %s', async (_, observed) => {
  expect(JSON.stringify(await observe(observed))).not.toContain('hunter2');
});

it('keeps no variable of a file that another task writes', async () => {
  mkdirSync(join(root, 'slices'));
  writeFileSync(join(root, 'slices/slice.json'), '{"config":{"env":{"KEY":{"value":"hunter2"}}}}');
  const { outputs } = await observe({ nodes: ['**/slice.json:slices'] });
  expect(outputs).toEqual({ 'config.env.KEY.value': 'f52fbd32b2b3' });
});

it('tells a changed variable by its digest, and shows other options', async () => {
  const of = async (value: string) =>
    (await observe({ target: { options: { env: { KEY: value }, features: ['a'], profile: 'dev' } } }))
      .definition;
  const [one, other] = [await of('one'), await of('other')];
  expect(one['options.env.KEY']).toMatch(/^[0-9a-f]{12}$/);
  expect(one['options.env.KEY']).not.toBe(other['options.env.KEY']);
  expect(one).toMatchObject({ 'options.features: a': '', 'options.profile': 'dev' });
});
