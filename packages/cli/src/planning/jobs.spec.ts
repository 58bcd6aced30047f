import { describe, expect, it } from 'vitest';
import { gristmill, taskGraphOf } from './gristmill.spec.helper.js';
import { type CiJob, jobsOf } from './jobs.js';
import { githubMatrix, nxArguments } from './matrix.js';
import { allTasks, parseTaskGraph, type TaskGraph } from './task-graph.js';

const targets = ['build', 'test', 'lint', 'format-check'];

/** Returns the jobs in short: `name: targets | projects`. */
function shown(jobs: readonly CiJob[]): string[] {
  return jobs.map((job) => `${job.name}: ${job.targets.join(' ')} | ${job.projects.join(' ')}`);
}

describe('the matrix of a change in gristmill', () => {
  const expected: Readonly<Record<string, readonly string[]>> = {
    'examples/gristmill/crates/core/src/lib.rs': [
      'checks: format-check lint test | gristmill-core gristmill-e2e gristmill-server gristmill-storage gristmill-worker',
      'build-linux: build-linux-amd64 build-linux-arm64 | gristmill-server gristmill-worker',
    ],
    'examples/gristmill/crates/worker/src/main.rs': [
      'checks: format-check lint test | gristmill-e2e gristmill-worker',
      'build-linux: build-linux-amd64 build-linux-arm64 | gristmill-worker',
    ],
    'examples/gristmill/ctl/main.go': [
      'checks: format-check lint test | gristctl',
      'build-linux: build-linux-amd64 build-linux-arm64 | gristctl',
    ],
    'examples/gristmill/openapi.yaml': [
      'checks: lint test | gristctl gristmill-e2e gristmill-go-client gristmill-server',
      'build-linux: build-linux-amd64 build-linux-arm64 | gristctl gristmill-server',
    ],
    'examples/gristmill/Cargo.lock': [
      'checks: lint test | gristctl gristmill-build-info gristmill-core gristmill-e2e gristmill-go-client gristmill-server gristmill-storage gristmill-worker',
      'build-linux: build-linux-amd64 build-linux-arm64 | gristmill-server gristmill-worker',
    ],
  };

  it.each(gristmill.changes)('has the affected projects only: $name', ({ file, tasks }) => {
    const graph = parseTaskGraph(taskGraphOf(tasks), 'tasks.json');
    expect(shown(jobsOf(graph, { targets, crossCompiled: [] }))).toEqual(expected[file]);
  });

  it('installs only the toolchains that its tasks need', () => {
    const of = (file: string) => {
      const { tasks = {} } = gristmill.changes.find((change) => change.file === file) ?? {};
      const jobs = jobsOf(parseTaskGraph(taskGraphOf(tasks), 'tasks.json'), { targets, crossCompiled: [] });
      return jobs.map(({ rust, go, triples, packages }) => ({ rust, go, triples, packages }));
    };
    const none = { triples: [], packages: [] };
    expect(of('examples/gristmill/ctl/main.go')).toEqual([
      { rust: false, go: true, ...none },
      { rust: false, go: true, ...none },
    ]);
    expect(of('examples/gristmill/crates/worker/src/main.rs')).toEqual([
      { rust: true, go: false, ...none },
      {
        rust: true,
        go: false,
        triples: ['aarch64-unknown-linux-gnu', 'x86_64-unknown-linux-gnu'],
        packages: ['gcc-aarch64-linux-gnu'],
      },
    ]);
  });

  it('is empty if a change affects nothing', () => {
    const jobs = jobsOf(parseTaskGraph(taskGraphOf({}), 'tasks.json'), { targets, crossCompiled: [] });
    expect(JSON.stringify(githubMatrix(jobs))).toBe('{"include":[]}');
  });
});

const noop = (...dependsOn: readonly string[]) => ({
  executor: 'nx:noop',
  dependsOn: dependsOn.map((target) => ({ target, params: 'forward' })),
});
const cargo = (options: object) => ({ executor: '@millwright/cargo:cargo-cross', options });
const go = (options: object) => ({ executor: '@millwright/go:build', options });

/** A workspace of projects with one target for each platform. */
function workspace(projects: Readonly<Record<string, Readonly<Record<string, object>>>>): TaskGraph {
  return allTasks(
    Object.fromEntries(Object.entries(projects).map(([name, all]) => [name, { data: { targets: all } }])),
  );
}

describe('the systems of jobs', () => {
  it.each([
    ['Rust for macOS', cargo({ platform: 'darwin/arm64' }), [], 'build-macos', false, []],
    ['Rust for Windows', cargo({ platform: 'windows/amd64' }), [], 'build-windows', false, []],
    [
      'Rust for macOS with an own SDK',
      cargo({ platform: 'darwin/arm64' }),
      ['darwin/arm64'],
      'build-linux',
      true,
      [],
    ],
    [
      'Rust for Linux on arm64',
      cargo({ platform: 'linux/arm64' }),
      [],
      'build-linux',
      false,
      ['gcc-aarch64-linux-gnu'],
    ],
    [
      'Rust for an older glibc',
      cargo({ platform: 'linux/amd64', glibc: '2.28' }),
      [],
      'build-linux',
      true,
      [],
    ],
    ['Rust for musl', cargo({ platform: 'linux/amd64', libc: 'musl' }), [], 'build-linux', false, []],
    ['Rust for musl on arm64', cargo({ platform: 'linux/arm64', libc: 'musl' }), [], 'build-linux', true, []],
    ['Rust for WebAssembly', cargo({ target: 'wasm32-unknown-unknown' }), [], 'build-linux', false, []],
    ['Go for macOS', go({ platform: 'darwin/arm64' }), [], 'build-linux', false, []],
    ['Go for Windows', go({ platform: 'windows/amd64' }), [], 'build-linux', false, []],
    ['Go with cgo for macOS', go({ platform: 'darwin/arm64', cgo: true }), [], 'build-macos', false, []],
    [
      'Go with cgo for Linux on arm64',
      go({ platform: 'linux/arm64', cgo: true }),
      [],
      'build-linux',
      false,
      ['gcc-aarch64-linux-gnu'],
    ],
  ] as const)('%s', (_, build, crossCompiled, name, zig, packages) => {
    const jobs = jobsOf(workspace({ app: { 'build-it': build } }), { targets, crossCompiled });
    expect(jobs).toMatchObject([{ name, zig, packages }]);
  });

  it('build on Linux whatever can be, and each platform on one system', () => {
    const both = { 'build-linux-amd64': 'linux/amd64', 'build-darwin-arm64': 'darwin/arm64' };
    const of = (build: typeof cargo) =>
      Object.fromEntries(Object.entries(both).map(([name, platform]) => [name, build({ platform })]));
    const names = Object.keys(both);
    const graph = workspace({
      app: { build: noop(...names), ...of(cargo) },
      tool: { build: noop(...names), ...of(go) },
      page: { build: { executor: 'nx:run-commands' }, test: { executor: 'nx:run-commands' } },
    });
    // The tool alone could be built on Linux, but a command of Nx runs each target in each project.
    expect(shown(jobsOf(graph, { targets, crossCompiled: [] }))).toEqual([
      'checks: test | page',
      'build: build | page',
      'build-linux: build-linux-amd64 | app tool',
      'build-macos: build-darwin-arm64 | app tool',
    ]);
  });

  it('leave out vendored crates whose sources are not checked out', () => {
    const missing = { executor: '@millwright/cargo:missing-sources' };
    const graph = workspace({ mill: { build: missing, 'build-linux-amd64': missing, test: missing } });
    expect(jobsOf(graph, { targets, crossCompiled: [] })).toEqual([]);
  });
});

it('a job runs its tasks with one command of Nx', () => {
  const graph = parseTaskGraph(taskGraphOf(gristmill.changes[1]?.tasks ?? {}), 'tasks.json');
  const [, build] = jobsOf(graph, { targets, crossCompiled: [] });
  expect(build && nxArguments(build)).toEqual([
    '--targets=build-linux-amd64,build-linux-arm64',
    '--projects=gristmill-worker',
  ]);
});

it.each([
  ['no JSON', '{', 'it is not a task graph of Nx'],
  ['another JSON file', '{"graph":{}}', 'it is not a task graph of Nx'],
  [
    'a name that Nx would split',
    JSON.stringify({
      graph: { nodes: {} },
      tasks: { tasks: { x: { target: { project: 'a,b', target: 'build' } } } },
    }),
    'the command line of Nx cannot name "a,b"',
  ],
])('a task graph is refused: %s', (_, text, why) => {
  expect(() => parseTaskGraph(text, 'tasks.json')).toThrow(
    expect.objectContaining({ code: 'COMMAND_FILE_UNREADABLE', why }),
  );
});
