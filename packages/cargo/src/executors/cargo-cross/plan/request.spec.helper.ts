import { platformOfTriple } from '@millwright/toolkit';
import type { z } from 'zod';
import { buildOptions } from '../../../options/build-options.js';
import type { CargoMetadata, CargoPackage, CargoTarget } from '../../../cargo-cli/metadata.js';
import type { LinkerChoice } from '../../../toolchain/linkers.js';
import type { Toolchain } from '../../../toolchain/locate.js';
import type { BuildSettings } from '../../../toolchain/settings.js';
import type { FeatureSet } from './features.js';
import type { BuildRequest } from './request.js';

/** Overrides for a test request. Defaults: the crate `app`, built for x86-64 Linux with a native linker. */
export interface RequestFacts {
  readonly name?: string;
  readonly workspace?: string;
  readonly options?: z.input<typeof buildOptions>;
  readonly features?: Partial<FeatureSet>;
  readonly package?: Partial<CargoPackage>;
  readonly metadata?: Partial<CargoMetadata>;
  readonly targets?: readonly CargoTarget[];
  readonly triple?: string;
  readonly toolchain?: Partial<Toolchain>;
  readonly linker?: Partial<LinkerChoice>;
  readonly settings?: Partial<BuildSettings>;
  readonly requestedJobs?: number;
}

export const hostTriple = 'x86_64-unknown-linux-gnu';

export function binaryTarget(name: string, change: Partial<CargoTarget> = {}): CargoTarget {
  return { name, kind: ['bin'], crate_types: ['bin'], ...change };
}

export function packageWith(
  name: string,
  workspace: string,
  change: Partial<CargoPackage> = {},
): CargoPackage {
  return {
    id: `path+file://${workspace}/crates/${name}#0.1.0`,
    name,
    version: '0.1.0',
    manifest_path: `${workspace}/crates/${name}/Cargo.toml`,
    targets: [binaryTarget(name)],
    features: {},
    dependencies: [],
    ...change,
  };
}

export function requestWith(facts: RequestFacts = {}): BuildRequest {
  const { name = 'app', workspace = '/w', triple = hostTriple } = facts;
  const pkg = packageWith(name, workspace, facts.package);
  return {
    taskId: `${name}:build`,
    project: name,
    folder: `${workspace}/crates/${name}`,
    commandFolder: workspace,
    options: buildOptions.parse(facts.options ?? {}),
    features: { features: [], defaultFeatures: true, allFeatures: false, ...facts.features },
    metadata: {
      packages: [pkg],
      workspace_root: workspace,
      target_directory: `${workspace}/target`,
      ...facts.metadata,
    },
    package: pkg,
    targets: facts.targets ?? pkg.targets,
    skippedTargets: [],
    outputs: [],
    triple,
    platform: platformOfTriple(triple),
    toolchain: {
      name: 'stable',
      cargo: '/stable/bin/cargo',
      rustc: '/stable/bin/rustc',
      sysroot: '/stable',
      host: hostTriple,
      ...facts.toolchain,
    },
    linker: {
      strategy: 'native',
      description: 'native linker (cc)',
      subcommand: 'build',
      env: {},
      ...facts.linker,
    },
    settings: { args: [], env: {}, compilerEnv: {}, sccache: undefined, ...facts.settings },
    requestedJobs: facts.requestedJobs,
  };
}
