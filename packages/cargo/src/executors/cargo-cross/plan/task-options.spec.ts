import { afterEach, describe, expect, it, vi } from 'vitest';
import { selectionVariable } from '../../../hashing/task-variables.js';
import { FakeWorkspace } from '../fake-cargo.spec.helper.js';
import { taskFor } from '../tasks.spec.helper.js';
import { TaskReader } from './task-options.js';

let workspace: FakeWorkspace | undefined;
afterEach(() => {
  workspace?.[Symbol.dispose]();
});

const targets = {
  'build-linux-amd64': {
    options: { platform: 'linux/amd64' },
    configurations: { dev: { profile: 'dev', outputPath: 'artifacts/dev/linux/amd64' } },
  },
  'build-linux-arm64': { options: { platform: 'linux/arm64' } },
  generate: { executor: 'nx:run-commands', options: { platform: 'linux/386' } },
};

function read(
  target: keyof typeof targets,
  overrides: Readonly<Record<string, unknown>>,
  configuration?: string,
) {
  workspace = new FakeWorkspace({ app: {} });
  const task = { ...taskFor('app', target, configuration), overrides };
  const tasks = [
    task,
    ...Object.keys(targets)
      .filter((name) => name !== target)
      .map((name) => taskFor('app', name)),
  ];
  const context = workspace.context(tasks, targets);
  const reader = new TaskReader(context, context.taskGraph ?? { tasks: {} });
  return reader.read(task, { ...targets[target].options, ...overrides });
}

it("reads a task's folder, its options, and its target's configured values without overrides", () => {
  expect(read('build-linux-amd64', { profile: 'release' }, 'dev')).toMatchObject({
    task: {
      id: 'app:build-linux-amd64:dev',
      project: 'app',
      folder: workspace?.path('crates/app'),
      options: { platform: 'linux/amd64', profile: 'release', defaultFeatures: true },
      configured: { name: 'dev', profile: 'dev', outputPath: 'artifacts/dev/linux/amd64' },
    },
  });
});

describe('a platform on the command line', () => {
  it('builds the target of that platform', () => {
    expect(read('build-linux-amd64', { platform: 'linux/amd64' })).toMatchObject({
      task: { project: 'app' },
    });
  });

  it('skips the targets of other platforms if the task hook announced the selection', () => {
    vi.stubEnv(selectionVariable, JSON.stringify({ platform: 'linux/arm64', libc: undefined }));
    expect(read('build-linux-amd64', { platform: 'linux/arm64' })).toEqual({
      skipped: 'build-linux-amd64 was skipped: the command line selects build-linux-arm64',
    });
  });

  it('is rejected if the selection is not part of the hash, because Nx would cache the skipped task', () => {
    expect(() => read('build-linux-amd64', { platform: 'linux/arm64' })).toThrow(
      expect.objectContaining({ code: 'OPTION_CONTRADICTS_TARGET' }) as Error,
    );
  });
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['an unknown option', { profle: 'dev' }, 'OPTION_INVALID'],
  [
    'a triple that contradicts the platform',
    { target: 'riscv64gc-unknown-linux-gnu' },
    'OPTION_CONTRADICTS_TARGET',
  ],
])('rejects %s', (_, overrides, code) => {
  expect(() => read('build-linux-amd64', overrides)).toThrow(expect.objectContaining({ code }) as Error);
});
