import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { report } from '../io/result.js';
import { matrix, type MatrixOptions } from './ci-matrix.js';

let folder: string;
let printed: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-ci-matrix-'));
  printed = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = undefined;
});

const names = Array.from({ length: 500 }, (_, index) => `project-${1000 + index}`);

/** Prints the matrix of a change that affects 500 projects. */
async function print(options: MatrixOptions): Promise<string> {
  const file = join(folder, 'tasks.json');
  const nodes = names.map((name) => [name, { data: { targets: { test: { executor: 'nx:run-commands' } } } }]);
  const tasks = names.map((project) => [`${project}:test`, { target: { project, target: 'test' } }]);
  const graph = {
    graph: { nodes: Object.fromEntries(nodes) as object },
    tasks: { tasks: Object.fromEntries(tasks) as object },
  };
  writeFileSync(file, JSON.stringify(graph));
  await report(false, () => Promise.resolve(matrix(file, { targets: 'test', ...options })));
  return printed.join('\n');
}

it('prints a matrix of any length in one line, unshortened', async () => {
  const text = await print({});
  expect(text).not.toContain('\n');
  expect(JSON.parse(text)).toMatchObject({ include: [{ name: 'checks', projects: names.join(',') }] });
});

it('prints the arguments for one job, one in each line', async () => {
  expect(await print({ job: 'checks' })).toBe(`--targets=test\n--projects=${names.join(',')}`);
});

it('prints nothing for a job without tasks', async () => {
  expect(await print({ job: 'build-linux' })).toBe('');
});
