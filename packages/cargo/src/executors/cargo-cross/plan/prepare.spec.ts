import { formatError } from '@millwright/toolkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeWorkspace, gatedBinary, hostTriple } from '../fake-cargo.spec.helper.js';
import { buildTaskWith } from './build-task.spec.helper.js';
import { featureSets } from './features.js';
import { Preparation } from './prepare.js';
import { binaryTarget, type RequestFacts } from './request.spec.helper.js';
import type { BuildRequest } from './request.js';

type Options = NonNullable<RequestFacts['options']>;

let workspace: FakeWorkspace | undefined;
afterEach(() => {
  workspace?.[Symbol.dispose]();
  vi.restoreAllMocks();
});

const crates = {
  app: {
    features: { small: [], full: ['small'] },
    targets: [binaryTarget('app'), gatedBinary('gated', 'full')],
  },
};

function prepare(
  opened: FakeWorkspace,
  options: Options = {},
  configured: Parameters<typeof buildTaskWith>[2] = {},
): Promise<BuildRequest> {
  const task = buildTaskWith(opened.root, options, configured);
  const [set = { features: [], defaultFeatures: true, allFeatures: false }] = featureSets(task.options);
  return new Preparation(opened.root).prepare(task, set);
}

const elsewhere = hostTriple.startsWith('x86_64') ? 'linux/arm64' : 'linux/amd64';

describe('a task is refused before anything is compiled', () => {
  it.each<[string, Options, string, string]>([
    ['a feature that the crate does not have', { features: ['smal'] }, 'FEATURE_UNKNOWN', 'smal'],
    ['a binary that it does not have', { bins: ['ap'] }, 'BINARY_UNKNOWN', 'app'],
    ['a binary whose features are off', { bins: ['gated'] }, 'FEATURES_REQUIRED', 'full'],
    ['a profile that nothing defines', { profile: 'relaese' }, 'PROFILE_UNKNOWN', 'release'],
    ['a platform without a standard library', { platform: elsewhere }, 'TARGET_MISSING', 'rustup target add'],
    [
      'a toolchain that is not installed',
      { toolchain: 'nightly' },
      'TOOLCHAIN_MISSING',
      'rustup toolchain install nightly',
    ],
    ['a linker that is not there', { linker: 'cross' }, 'LINKER_MISSING', 'cross'],
    [
      'a script of features that fails',
      { features: ['@./no.sh'] },
      'FEATURES_SCRIPT_FAILED',
      'exit status 3',
    ],
    ['a script that prints none', { features: ['@./empty.sh'] }, 'FEATURES_SCRIPT_FAILED', 'printed nothing'],
    ['a place outside the workspace', { outputPath: '../out' }, 'PATH_OUTSIDE_WORKSPACE', 'out'],
    ['one place for two files', { installTo: 'bin/app' }, 'OPTION_INVALID', 'app (bin), gated (bin)'],
    ['two files of one name', { target: 'wasm32-unknown-unknown' }, 'ARTIFACT_NAME_TAKEN', 'app.wasm'],
  ])('for %s', async (_, options, code, said) => {
    const targets = [
      ...crates.app.targets,
      binaryTarget('app', { kind: ['cdylib'], crate_types: ['cdylib'] }),
    ];
    workspace = new FakeWorkspace(code === 'ARTIFACT_NAME_TAKEN' ? { app: { targets } } : crates);
    workspace.program('crates/app/no.sh', '#!/bin/sh\nexit 3\n');
    workspace.program('crates/app/empty.sh', '#!/bin/sh\n');
    const error: unknown = await prepare(workspace, options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(formatError(error)).toContain(said);
    expect(workspace.built()).toEqual([]);
  });

  it('for a folder that the Cargo workspace does not list', async () => {
    workspace = new FakeWorkspace({ tool: {} });
    workspace.write('crates/app/Cargo.toml', '[package]\nname = "app"\n');
    await expect(prepare(workspace)).rejects.toMatchObject({ code: 'CARGO_FAILED' });
  });

  it('for a crate that asks for a newer Rust, unless it is told to ignore that', async () => {
    workspace = new FakeWorkspace({ app: { rust_version: '1.99' } });
    await expect(prepare(workspace)).rejects.toMatchObject({ code: 'RUST_TOO_OLD' });
    expect(await prepare(workspace, { args: ['--ignore-rust-version'] })).toMatchObject({
      triple: hostTriple,
    });
  });

  it("for a profile other than that of the task's configuration, whose folder it would be placed in", async () => {
    workspace = new FakeWorkspace(crates);
    const configured = { name: 'dev', profile: 'dev', outputPath: 'artifacts/dev/linux/amd64' };
    const options = { profile: 'release', outputPath: 'artifacts/dev/linux/amd64' };
    await expect(prepare(workspace, options, configured)).rejects.toMatchObject({
      code: 'OPTION_CONTRADICTS_TARGET',
    });
  });
});

describe('what is prepared', () => {
  it('has the toolchain, the linker and the targets of the task', async () => {
    workspace = new FakeWorkspace(crates);
    const request = await prepare(workspace, { features: ['small'], args: ['-j', '3'] });
    expect(request).toMatchObject({
      taskId: 'app:build',
      triple: hostTriple,
      toolchain: {
        cargo: workspace.path('toolchain/bin/cargo'),
        rustc: workspace.path('toolchain/bin/rustc'),
      },
      linker: { strategy: 'native' },
      features: { features: ['small'] },
      targets: [{ name: 'app' }],
      skippedTargets: [{ name: 'gated' }],
      requestedJobs: 3,
    });
  });

  it('has the features that a script of the crate prints among those that the task names', async () => {
    workspace = new FakeWorkspace(crates);
    workspace.program('crates/app/features.sh', '#!/bin/sh\necho full\n');
    const request = await prepare(workspace, { features: ['small', '@./features.sh'] });
    expect(request.features.features).toEqual(['small', 'full']);
    expect(request.skippedTargets).toEqual([]);
  });

  it('has the toolchain that the hook found, whatever PATH says now', async () => {
    workspace = new FakeWorkspace(crates);
    const { taskVariables } = await import('../../../hashing/task-variables.js');
    const hashed = {
      name: 'hashed',
      cargo: workspace.path('toolchain/bin/cargo'),
      rustc: '/hashed/rustc',
      sysroot: workspace.path('toolchain'),
      host: hostTriple,
    };
    vi.stubEnv(taskVariables('.', hostTriple).toolchain, JSON.stringify(hashed));
    expect((await prepare(workspace)).toolchain).toEqual(hashed);
  });

  it('is asked of cargo once for all crates of a workspace with the same settings', async () => {
    workspace = new FakeWorkspace({ app: {}, tool: {} });
    const preparation = new Preparation(workspace.root);
    const asked = () => workspace?.described().length;
    const set = { features: [], defaultFeatures: true, allFeatures: false };
    await preparation.prepare(buildTaskWith(workspace.root), set);
    await preparation.prepare(buildTaskWith(workspace.root, {}, {}, 'tool'), set);
    expect(asked()).toBe(1);
    await preparation.prepare(buildTaskWith(workspace.root, { env: { CARGO_TARGET_DIR: '/t' } }), set);
    expect(asked()).toBe(2);
  });
});
