import { afterEach, describe, expect, it, vi } from 'vitest';
import { selectionVariable } from '../../../hashing/task-variables.js';
import { FakeWorkspace, taskFor } from '../fake-cargo.spec.helper.js';
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
  given: Readonly<Record<string, unknown>>,
  configuration?: string,
) {
  workspace = new FakeWorkspace({ app: {} });
  const task = { ...taskFor('app', target, configuration), overrides: given };
  const tasks = [
    task,
    ...Object.keys(targets)
      .filter((name) => name !== target)
      .map((name) => taskFor('app', name)),
  ];
  const context = workspace.context(tasks, targets);
  const reader = new TaskReader(context, context.taskGraph ?? { tasks: {} });
  return reader.read(task, { ...targets[target].options, ...given });
}

it("a task has its folder, its options, and what its target's configuration says by itself", () => {
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
  it('lets its own target build', () => {
    expect(read('build-linux-amd64', { platform: 'linux/amd64' })).toMatchObject({
      task: { project: 'app' },
    });
  });

  it('leaves the targets of other platforms out, where the hook has told Nx', () => {
    vi.stubEnv(selectionVariable, JSON.stringify({ platform: 'linux/arm64', libc: undefined }));
    expect(read('build-linux-amd64', { platform: 'linux/arm64' })).toEqual({
      skipped: 'build-linux-amd64 was not asked for; build-linux-arm64 builds',
    });
  });

  it('is refused where Nx would replay the task that builds nothing', () => {
    expect(() => read('build-linux-amd64', { platform: 'linux/arm64' })).toThrow(
      expect.objectContaining({ code: 'OPTION_CONTRADICTS_TARGET' }) as Error,
    );
  });
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ['an option that there is not', { profle: 'dev' }, 'OPTION_INVALID'],
  [
    'a triple beside another platform',
    { target: 'riscv64gc-unknown-linux-gnu' },
    'OPTION_CONTRADICTS_TARGET',
  ],
])('refuses %s', (_, given, code) => {
  expect(() => read('build-linux-amd64', given)).toThrow(expect.objectContaining({ code }) as Error);
});
