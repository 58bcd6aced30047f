import { existsSync, readFileSync } from 'node:fs';
import type { TaskResult } from '@nx/devkit';
import { hostPlatform } from '@millwright/toolkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeWorkspace } from '../fake-cargo.spec.helper.js';
import type { FakeBuild } from '../fake-cargo-program.spec.helper.js';
import { gatedBinary, graphOf, taskFor } from '../tasks.spec.helper.js';
import { buildTask, buildTasks } from './build-tasks.js';

const opened: FakeWorkspace[] = [];
const open = (...args: ConstructorParameters<typeof FakeWorkspace>) => {
  const workspace = new FakeWorkspace(...args);
  opened.push(workspace);
  // Discard the progress output.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  return workspace;
};
afterEach(() => {
  vi.restoreAllMocks();
  for (const workspace of opened.splice(0)) workspace[Symbol.dispose]();
});

type Options = Readonly<Record<string, unknown>>;
/** The result type of batch executors, which devkit does not export. */
type Result = TaskResult & { readonly success: boolean };

/** Builds projects as one batch, each with its own options. */
async function build(
  workspace: FakeWorkspace,
  options: Readonly<Record<string, Options>>,
  dependencies?: Readonly<Record<string, readonly string[]>>,
): Promise<Record<string, Result>> {
  const tasks = Object.keys(options).map((project) => taskFor(project));
  const inputs = Object.fromEntries(tasks.map(({ id, target }) => [id, options[target.project]]));
  const results: Record<string, Result> = {};
  const iterator = buildTasks(
    graphOf(tasks),
    inputs,
    {},
    workspace.context(tasks, { build: {} }, dependencies),
  );
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
    results[next.value.task.split(':')[0] ?? ''] = next.value.result as Result;
  return results;
}

const { platform } = hostPlatform();

describe('a batch', () => {
  it('builds tasks with one cargo if their common dependencies have equal features', async () => {
    const workspace = open(
      { a: {}, b: {}, c: {} },
      { a: { serde: ['x'] }, b: { serde: ['x'] }, c: { serde: ['y'] } },
    );
    const results = await build(workspace, { a: {}, b: {}, c: {} });
    expect(Object.values(results).map(({ success }) => success)).toEqual([true, true, true]);
    const packages = workspace
      .built()
      .map((args) =>
        args.filter((_, index) => args[index - 1] === '--package').map((id) => id.replace(/^.*\/|#.*$/g, '')),
      );
    expect(packages).toEqual([['a', 'b'], ['c']]);
  });

  it('places each artifact with its side files, and reports it', async () => {
    const workspace = open({ a: {} });
    const { a } = await build(workspace, { a: {} });
    expect(a?.terminalOutput).toMatch(new RegExp(`artifacts/${platform}/a {2}.*sha256 [0-9a-f]{64}`));
    for (const file of ['a', 'a.sha256', 'a.version', 'a.metrics.json'])
      expect(existsSync(workspace.path(`artifacts/${platform}/${file}`))).toBe(true);
    const checksums = JSON.parse(readFileSync(workspace.path('artifacts/checksums.json'), 'utf8')) as unknown;
    expect(JSON.stringify(checksums)).toContain(`${platform}/a`);
  });

  it('reports crates that do not compile, and builds the others', async () => {
    const workspace = open({ a: {}, b: {} });
    workspace.next({ failing: ['a'] });
    const { a, b } = await build(workspace, { a: {}, b: {} });
    expect(a?.success).toBe(false);
    expect(a?.terminalOutput).toContain('error: in a');
    expect(a?.terminalOutput).toContain('COMPILE_FAILED');
    expect(b?.success).toBe(true);
  });

  it('names the failed dependency of a crate that was not built', async () => {
    const workspace = open({ a: {}, b: {}, c: {} });
    workspace.next({ failing: ['b'], missing: ['a', 'c'] });
    const { a, b, c } = await build(workspace, { a: {}, b: {}, c: {} }, { a: ['b'] });
    expect([a?.success, b?.success, c?.success]).toEqual([false, false, false]);
    expect(a?.terminalOutput).toContain('b does not compile');
    expect(c?.terminalOutput).toContain('CARGO_FAILED');
  });

  it('fails only the tasks with invalid options', async () => {
    const workspace = open({ a: {}, b: {} });
    const { a, b } = await build(workspace, { a: { profle: 'dev' }, b: {} });
    expect(a).toMatchObject({ success: false, terminalOutput: expect.stringContaining('profle') as string });
    expect(b?.success).toBe(true);
  });

  it('does not start cargo for a package whose targets all require disabled features', async () => {
    const workspace = open({ a: { targets: [gatedBinary('a', 'cli')], features: { cli: [] } } });
    const { a } = await build(workspace, { a: {} });
    expect(a).toMatchObject({
      success: true,
      terminalOutput: expect.stringContaining('requires the features cli') as string,
    });
    expect(workspace.built()).toEqual([]);
  });

  it('rejects an artifact that cannot run on its platform', async () => {
    const triple = `${hostPlatform().goarch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;
    const workspace = open({ a: {} });
    workspace.library(triple);
    const { a } = await build(workspace, { a: { libc: 'musl' } });
    expect(a).toMatchObject({
      success: false,
      terminalOutput: expect.stringContaining('ARTIFACT_REFUSED') as string,
    });
  });

  it('places a second copy at installTo', async () => {
    const workspace = open({ a: {} });
    const { a } = await build(workspace, { a: { installTo: 'bin/a' } });
    expect(a?.success).toBe(true);
    expect(existsSync(workspace.path('bin/a'))).toBe(true);
  });
});

describe('feature fallbacks', () => {
  const crate = { features: { full: [], small: [] } };
  const options = (...features: string[]) => ({
    features: features[0],
    fallbacks: features.slice(1).map((name) => ({ features: name })),
  });
  const compileError: FakeBuild = { failing: ['a'] };

  it.each<[string, Options, readonly FakeBuild[], boolean, number, string]>([
    [
      'build the next feature set',
      options('full', 'small'),
      [compileError],
      true,
      2,
      'built with --features small: --features full could not be built',
    ],
    [
      'try the feature sets in order',
      options('full', 'small', ''),
      [compileError, compileError],
      true,
      3,
      'built with the default features',
    ],
    [
      'report the last error',
      options('full', 'small'),
      [compileError, compileError],
      false,
      2,
      'COMPILE_FAILED',
    ],
    ['apply to an unknown feature', options('none', 'small'), [], true, 1, 'could not be built'],
    [
      'do not apply if the disk is full',
      options('full', 'small'),
      [{ fails: true, log: 'error: No space left on device (os error 28)\n' }],
      false,
      1,
      'DISK',
    ],
  ])('%s', async (_, own, builds, success, invocations, message) => {
    const workspace = open({ a: crate });
    workspace.next(...builds);
    const { a } = await build(workspace, { a: own });
    expect(a?.terminalOutput).toContain(message);
    expect(a?.success).toBe(success);
    expect(workspace.built()).toHaveLength(invocations);
  });

  it('do not affect other tasks of the batch', async () => {
    const workspace = open({ a: crate, b: {} });
    workspace.next(compileError);
    const results = await build(workspace, { a: options('full', 'small'), b: {} });
    expect(Object.values(results).map(({ success }) => success)).toEqual([true, true]);
  });

  it('are recorded in the version file', async () => {
    const workspace = open({ a: crate });
    workspace.next(compileError);
    await build(workspace, { a: options('full', 'small') });
    const version = readFileSync(workspace.path(`artifacts/${platform}/a.version`), 'utf8');
    expect(version).toContain('--features full');
  });
});

describe('if a compiler is killed', () => {
  const killed: FakeBuild = { fails: true, log: 'error: could not compile `a` (signal: 9, SIGKILL: kill)\n' };
  const jobsOf = (workspace: FakeWorkspace) =>
    workspace.built().map((args) => args.find((_, index) => args[index - 1] === '--jobs'));

  it('cargo is started again with half the jobs', async () => {
    const workspace = open({ a: {} });
    workspace.next(killed);
    const { a } = await build(workspace, { a: { args: ['--jobs', '4'] } });
    expect(a?.success).toBe(true);
    expect(jobsOf(workspace)).toEqual(['4', '2']);
  });

  it('a single job stays a single job', async () => {
    const workspace = open({ a: {} });
    workspace.next(killed);
    await build(workspace, { a: { args: ['-j1'] } });
    expect(jobsOf(workspace)).toEqual([undefined, '1']);
  });

  it('the second time, the build fails without trying fallbacks', async () => {
    const workspace = open({ a: { features: { full: [] } } });
    workspace.next(killed, killed);
    const { a } = await build(workspace, { a: { args: ['--jobs', '4'], features: 'full', fallbacks: [{}] } });
    expect(a).toMatchObject({
      success: false,
      terminalOutput: expect.stringContaining('COMPILER_KILLED') as string,
    });
    expect(workspace.built()).toHaveLength(2);
  });
});

describe('sccache', () => {
  const stats = JSON.stringify({
    stats: { cache_hits: { counts: { Rust: 2 } }, cache_misses: { counts: { Rust: 1 } } },
  });

  it.each<[string, string, boolean]>([
    ['is used if it responds', `#!/bin/sh\necho '${stats}'\n`, true],
    ['is not used if it fails', '#!/bin/sh\nexit 1\n', false],
  ])('%s', async (_, program, compiles) => {
    const workspace = open({ a: {} });
    workspace.program('toolchain/bin/sccache', program);
    const { a } = await build(workspace, { a: {} });
    expect(a?.success).toBe(true);
    const [env] = workspace.environments();
    expect(env?.RUSTC_WRAPPER).toBe(compiles ? workspace.path('toolchain/bin/sccache') : '');
    expect(env?.CARGO_MILLWRIGHT_STATE !== undefined).toBe(compiles);
  });
});

describe('a single task', () => {
  it('is built like a batch of one', async () => {
    const workspace = open({ a: {} });
    const task = taskFor('a');
    const context = { ...workspace.context([task]), projectName: 'a', targetName: 'build' };
    expect(await buildTask({}, context)).toEqual({ success: true });
    expect(await buildTask({ platform: 'nowhere' }, context)).toEqual({ success: false });
  });

  it('does not require a task graph', async () => {
    const workspace = open({ a: {} });
    const { taskGraph, ...context } = workspace.context([]);
    expect(taskGraph).toBeDefined();
    expect(await buildTask({}, { ...context, projectName: 'a', targetName: 'build' })).toEqual({
      success: true,
    });
  });
});
