import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DigestCache } from '../state/digest-cache.js';
import { formatInputsRecord, inputsVariable, type UndeclaredInput, type UndeclaredName } from './record.js';
import { checkTaskInputs, hashKnownInputs, observeInputs } from './task-inputs.js';

const prefix = 'MILLWRIGHT_TEST_';
const variable = inputsVariable(`${prefix}1`);
const outputs = ['artifacts/linux/amd64/app', 'artifacts/linux/amd64/app.inputs.json', 'installed/app'];

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'task-inputs-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const observe = (inputs: readonly UndeclaredName[], env = {}) =>
  observeInputs(inputs, { workspaceRoot: root, env, cache: new DigestCache(join(root, '.digests.json')) });
/** Places a result, as its executor or Nx's cache does. */
const place = (inputs: readonly UndeclaredInput[], under = '') => {
  for (const output of outputs) write(output, 'made');
  write('artifacts/linux/amd64/app.inputs.json', formatInputsRecord({ variable, under, inputs }));
};
const check = (status: string, env = {}) =>
  checkTaskInputs(root, prefix, [{ task: { id: 'app:build', outputs }, status }], env);
const hashed = async (env: Record<string, string | undefined> = {}) => {
  await hashKnownInputs(root, prefix, env);
  return env[variable];
};

it.each(['local-cache', 'local-cache-kept-existing', 'remote-cache'])(
  'removes all outputs of a result with the status %s whose inputs differ',
  async (status) => {
    write('hidden.txt', 'one');
    const inputs = await observe([{ kind: 'path', name: 'hidden.txt' }]);
    place(inputs);
    expect(await check(status)).toEqual([]);
    write('hidden.txt', 'two');
    place(inputs);
    expect(await check(status)).toEqual([{ taskId: 'app:build', inputs }]);
    expect(outputs.filter((output) => existsSync(join(root, output)))).toEqual([]);
    expect(await hashed()).toMatch(/^[0-9a-f]{64}$/);
  },
);

it('keeps a new result even if its inputs change', async () => {
  const inputs = await observe([{ kind: 'path', name: 'made-later.txt' }]);
  place(inputs);
  write('made-later.txt', 'now');
  expect(await check('success')).toEqual([]);
  expect(existsSync(join(root, 'installed/app'))).toBe(true);
});

it('ignores failed tasks, results of other plugins, and invalid records', async () => {
  const inputs = await observe([{ kind: 'path', name: 'hidden.txt' }]);
  place(inputs);
  write('hidden.txt', 'new');
  expect(await check('failure')).toEqual([]);
  expect(
    await checkTaskInputs(root, 'OTHER_', [{ task: { id: 'a', outputs }, status: 'local-cache' }], {}),
  ).toEqual([]);
  write('artifacts/linux/amd64/app.inputs.json', '{}');
  expect(await check('local-cache')).toEqual([]);
  expect(await hashed()).toBeUndefined();
});

it.each<[string, UndeclaredName, (env: Record<string, string>) => void]>([
  [
    'a file',
    { kind: 'path', name: 'data/file.txt' },
    () => {
      write('data/file.txt', 'two');
    },
  ],
  [
    'a removed file',
    { kind: 'path', name: 'data/file.txt' },
    () => {
      rmSync(join(root, 'data/file.txt'));
    },
  ],
  [
    'an added file',
    { kind: 'path', name: 'data/none.txt' },
    () => {
      write('data/none.txt', '');
    },
  ],
  [
    'a file in a folder',
    { kind: 'path', name: 'data' },
    () => {
      write('data/inner/new.txt', '');
    },
  ],
  [
    'a name in a folder',
    { kind: 'names', name: 'data' },
    () => {
      write('data/new.txt', '');
    },
  ],
  ['a variable', { kind: 'variable', name: 'WORD' }, (env) => (env.WORD = 'two')],
  ['a variable that is no longer set', { kind: 'variable', name: 'WORD' }, (env) => delete env.WORD],
  ['a variable that is set to an empty string', { kind: 'variable', name: 'NONE' }, (env) => (env.NONE = '')],
])('%s changes the hash, and reverting it restores the hash', async (_, input, change) => {
  write('data/file.txt', 'one');
  const env: Record<string, string> = { WORD: 'one' };
  place(await observe([input], env));
  await check('success', env);
  expect(await hashed({ ...env })).toBe('');
  const before = { ...env };
  change(env);
  const value = await hashed({ ...env });
  expect(value).not.toBe('');
  expect(await hashed({ ...env })).toBe(value);
  if (input.kind === 'variable') expect(await hashed(before)).toBe('');
});

it.each(['.git/index', 'node_modules/a/b', '.nx/x', 'target/out'])(
  'excludes %s from the content of a folder',
  async (path) => {
    write('data/file.txt', 'one');
    write('data/target/CACHEDIR.TAG', 'Signature: 8a477f597d28d172789f06886806bc55');
    const folder = [{ kind: 'path', name: 'data' }] as const;
    const before = await observe(folder);
    write(`data/${path}`, 'new');
    expect(await observe(folder)).toEqual(before);
  },
);

it('excludes file contents from the names of a folder', async () => {
  write('data/file.txt', 'one');
  const names = [{ kind: 'names', name: 'data' }] as const;
  const before = await observe(names);
  write('data/file.txt', 'two');
  expect(await observe(names)).toEqual(before);
});

it('excludes the value of a variable from the record', async () => {
  const record = formatInputsRecord({
    variable,
    under: '',
    inputs: await observe([{ kind: 'variable', name: 'TOKEN' }], { TOKEN: 'secret' }),
  });
  expect(record).toContain('TOKEN');
  expect(record).not.toContain('secret');
});
