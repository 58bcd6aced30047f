import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { MillwrightError } from '../errors/errors.js';
import { parseTaskOptions } from './task-options.js';

const root = mkdtempSync(join(tmpdir(), 'millwright-task-options-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const schema = z.strictObject({ glibc: z.string().optional(), jobs: z.int().optional() });

function problemIn(options: object, overrides: Record<string, unknown>, sourceMaps: string) {
  mkdirSync(join(root, '.nx/workspace-data'), { recursive: true });
  writeFileSync(join(root, '.nx/workspace-data/source-maps.json'), sourceMaps);
  const target = { project: 'app', target: 'build', configuration: 'release' };
  const data = { root: 'crates/app' };
  try {
    parseTaskOptions(schema, options, 'x:build', {
      root,
      projectName: 'app',
      targetName: 'build',
      configurationName: 'release',
      taskGraph: { tasks: { 'app:build:release': { target, overrides } } },
      projectGraph: { nodes: { app: { type: 'app', name: 'app', data } } },
    });
  } catch (error) {
    if (error instanceof MillwrightError) return { file: error.location?.file, why: error.why };
  }
  return undefined;
}

const sourceMaps = JSON.stringify({
  'crates/app': {
    'targets.build.options.glibc': ['crates/app/project.json', 'nx/core/project-json'],
    'targets.build.configurations.release.jobs': ['nx.json', 'nx/target-defaults'],
  },
});

it.each<[string, object, Record<string, unknown>, string, string | undefined, string]>([
  ['the file of the target', { glibc: 2 }, {}, sourceMaps, 'crates/app/project.json', 'glibc is 2: '],
  ['the file of the configuration', { jobs: 'x' }, {}, sourceMaps, 'nx.json', 'jobs is "x": '],
  [
    'the command line',
    { glibc: 2 },
    { glibc: 2 },
    sourceMaps,
    undefined,
    'glibc is 2 (set on the command line): ',
  ],
  ['nothing if Nx wrote no source map', { glibc: 2 }, {}, '', undefined, 'glibc is 2: '],
  ['nothing if its form is another', { glibc: 2 }, {}, '[1]', undefined, 'glibc is 2: '],
])('an invalid option is reported with %s', (_, options, overrides, written, file, text) => {
  const problem = problemIn(options, overrides, written);
  expect(problem?.file).toBe(file);
  expect(problem?.why).toContain(text);
});
