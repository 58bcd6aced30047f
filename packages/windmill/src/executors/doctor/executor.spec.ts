import type { ExecutorContext } from '@nx/devkit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import doctor from './executor.js';

let printed: string[];
beforeEach(() => {
  printed = [];
  const note = (text: unknown) => void printed.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
  vi.stubEnv('WINDMILL_BINARY_PATH', '');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const context = {
  root: '/nonexistent',
  projectName: 'windmill',
  projectsConfigurations: { version: 2, projects: { windmill: { root: 'windmill' } } },
  projectGraph: { nodes: {}, dependencies: {} },
} as unknown as ExecutorContext;

it('prints what is missing, and fails', async () => {
  expect(await doctor({ mode: 'supervise' }, context)).toEqual({ success: false });
  expect(printed.join('\n')).toMatch(/✖ configuration .*\n? *.*WINDMILL_BINARY_PATH[^]*1 thing is missing/);
});

it('rejects another mode', async () => {
  expect(await doctor({ mode: 'simulate' }, context)).toEqual({ success: false });
  expect(printed.join('\n')).toContain('OPTION_INVALID');
});
