import { formatError } from '@millwright/toolkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeWorkspace, hostTriple } from '../fake-cargo.spec.helper.js';
import { gatedBinary } from '../tasks.spec.helper.js';
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

const otherPlatform = hostTriple.startsWith('x86_64') ? 'linux/arm64' : 'linux/amd64';

describe('a task is rejected before compiling', () => {
  it.each<[string, Options, string, string]>([
    ['a feature that the crate does not have', { features: ['smal'] }, 'FEATURE_UNKNOWN', 'smal'],
    ['a binary that the crate does not have', { bins: ['ap'] }, 'BINARY_UNKNOWN', 'app'],
    ['a binary whose required features are disabled', { bins: ['gated'] }, 'FEATURES_REQUIRED', 'full'],
    ['an undefined profile', { profile: 'relaese' }, 'PROFILE_UNKNOWN', 'release'],
    [
      'a platform without a standard library',
      { platform: otherPlatform },
      'TARGET_MISSING',
      'rustup target add',
    ],
    [
      'a toolchain that is not installed',
      { toolchain: 'nightly' },
      'TOOLCHAIN_MISSING',
      'rustup toolchain install nightly',
    ],
    ['a linker that is not installed', { linker: 'zigbuild' }, 'LINKER_MISSING', 'cargo-zigbuild'],
    [
      'a features script that fails',
      { features: ['@./no.sh'] },
      'FEATURES_SCRIPT_FAILED',
      'exited with status 3',
    ],
    [
      'a features script that prints nothing',
      { features: ['@./empty.sh'] },
      'FEATURES_SCRIPT_FAILED',
      'printed no features',
    ],
    ['an output path outside the workspace', { outputPath: '../out' }, 'PATH_OUTSIDE_WORKSPACE', 'out'],
    [
      'installing two files to one path',
      { installTo: 'bin/app' },
      'OPTION_INVALID',
      'app (bin), gated (bin)',
    ],
    ['two files with the same name', { target: 'wasm32-unknown-unknown' }, 'ARTIFACT_NAME_TAKEN', 'app.wasm'],
  ])('for %s', async (_, options, code, message) => {
    const targets = [
      ...crates.app.targets,
      binaryTarget('app', { kind: ['cdylib'], crate_types: ['cdylib'] }),
    ];
    workspace = new FakeWorkspace(code === 'ARTIFACT_NAME_TAKEN' ? { app: { targets } } : crates);
    workspace.program('crates/app/no.sh', '#!/bin/sh\nexit 3\n');
    workspace.program('crates/app/empty.sh', '#!/bin/sh\n');
    const error: unknown = await prepare(workspace, options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(formatError(error)).toContain(message);
    expect(workspace.built()).toEqual([]);
  });

  it('for a folder that the Cargo workspace does not list', async () => {
    workspace = new FakeWorkspace({ tool: {} });
    workspace.write('crates/app/Cargo.toml', '[package]\nname = "app"\n');
    await expect(prepare(workspace)).rejects.toMatchObject({ code: 'CARGO_FAILED' });
  });

  it('for a crate that requires a newer Rust, unless --ignore-rust-version is set', async () => {
    workspace = new FakeWorkspace({ app: { rust_version: '1.99' } });
    await expect(prepare(workspace)).rejects.toMatchObject({ code: 'RUST_TOO_OLD' });
    expect(await prepare(workspace, { args: ['--ignore-rust-version'] })).toMatchObject({
      triple: hostTriple,
    });
  });

  it('for a profile that contradicts the configuration whose output folder is used', async () => {
    workspace = new FakeWorkspace(crates);
    const configured = { name: 'dev', profile: 'dev', outputPath: 'artifacts/dev/linux/amd64' };
    const options = { profile: 'release', outputPath: 'artifacts/dev/linux/amd64' };
    await expect(prepare(workspace, options, configured)).rejects.toMatchObject({
      code: 'OPTION_CONTRADICTS_TARGET',
    });
  });
});

describe('a prepared request', () => {
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

  it("adds the features that a script prints to the task's features", async () => {
    workspace = new FakeWorkspace(crates);
    workspace.program('crates/app/features.sh', '#!/bin/sh\necho full\n');
    const request = await prepare(workspace, { features: ['small', '@./features.sh'] });
    expect(request.features.features).toEqual(['small', 'full']);
    expect(request.skippedTargets).toEqual([]);
  });

  it('uses the toolchain that the task hook found, regardless of PATH', async () => {
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

  it('runs cargo metadata once for all crates of a workspace with equal settings', async () => {
    workspace = new FakeWorkspace({ app: {}, tool: {} });
    const preparation = new Preparation(workspace.root);
    const metadataCalls = () => workspace?.metadataCalls().length;
    const set = { features: [], defaultFeatures: true, allFeatures: false };
    await preparation.prepare(buildTaskWith(workspace.root), set);
    await preparation.prepare(buildTaskWith(workspace.root, {}, {}, 'tool'), set);
    expect(metadataCalls()).toBe(1);
    await preparation.prepare(buildTaskWith(workspace.root, { env: { CARGO_TARGET_DIR: '/t' } }), set);
    expect(metadataCalls()).toBe(2);
  });
});
