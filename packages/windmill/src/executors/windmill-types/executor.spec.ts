import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inferProjects } from '../../inference/infer.js';
import windmillTypes from './executor.js';

let root: string;
let printed: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windmill-executor-'));
  mkdirSync(join(root, 'windmill/f/demo'), { recursive: true });
  writeFileSync(join(root, 'windmill/f/demo/greet.py'), 'def main(name: str) -> str: ...');
  printed = [];
  const note = (text: unknown) => void printed.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const run = (options: object) =>
  windmillTypes(options, {
    root,
    projectName: 'windmill',
    projectsConfigurations: { version: 2, projects: { windmill: { root: 'windmill' } } },
    projectGraph: { nodes: {}, dependencies: {} },
  } as unknown as ExecutorContext);

it('writes the types of the scripts in the folder of the project', async () => {
  expect(await run({ output: 'windmill/windmill-scripts.ts' })).toEqual({ success: true });
  expect(readFileSync(join(root, 'windmill/windmill-scripts.ts'), 'utf8')).toContain(
    'readonly name: string;',
  );
});

it('warns of a schema that lacks a parameter, and fails under `strict`', async () => {
  writeFileSync(join(root, 'windmill/f/demo/greet.script.yaml'), 'schema: { properties: {} }\n');
  expect(await run({ output: 'a.ts' })).toEqual({ success: true });
  expect(printed.join('')).toContain('warning: the schema of f/demo/greet lacks name');
  expect(await run({ output: 'b.ts', strict: true })).toEqual({ success: false });
  expect(printed.join('')).toContain('SCRIPT_SCHEMA_STALE');
});

it.each([
  [{ output: '../outside.ts' }, 'PATH_OUTSIDE_WORKSPACE'],
  [{ output: 'a.js' }, 'OPTION_INVALID'],
  [{ output: 'a.ts', folder: 'missing' }, 'OPTION_INVALID'],
])('rejects the options %j', async (options, code) => {
  expect(await run(options)).toEqual({ success: false });
  expect(printed.join('')).toContain(code);
});

it('the target is inferred for each folder with a wmill.yaml, and reads the scripts only', () => {
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const [[path, result] = []] = inferProjects(['windmill/wmill.yaml'], undefined, context);
  const project = result?.projects?.windmill;
  expect([path, project?.name]).toEqual(['windmill/wmill.yaml', 'windmill']);
  expect(project?.targets?.['windmill-types']).toMatchObject({
    cache: true,
    inputs: expect.arrayContaining(['{workspaceRoot}/windmill/f/**/*']) as string[],
    outputs: ['{options.output}'],
  });
});

it.each([
  [undefined, ['windmill-types', 'doctor']],
  // Their plugins infer a target of this name, which checks what builds need.
  ['Cargo.toml', ['windmill-types']],
  ['go.mod', ['windmill-types']],
])('the target doctor leaves the place to that of a folder with %s', (file, names) => {
  if (file !== undefined) writeFileSync(join(root, 'windmill', file), '');
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const [[, result] = []] = inferProjects(['windmill/wmill.yaml'], undefined, context);
  expect(Object.keys(result?.projects?.windmill?.targets ?? {})).toEqual(names);
});
