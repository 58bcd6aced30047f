import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import {
  artifactPath,
  packageTargets,
  rebuildTargets,
  sbomTargets,
  sideFileEndings,
} from '@millwright/artifacts';
import {
  gitlinkInput,
  hostPlatform,
  platformInfo,
  platformSlug,
  taskOutputFolder,
} from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import { hashedVariables, inputsVariableOf, platformVariable } from '../toolchain/task-variables.js';
import { type CheckFacts, checkTargets } from './check-targets.js';
import type { FilesetInput } from './inputs.js';
import type { GoModule } from '../source-scan/model.js';
import type { MainPackage } from '../source-scan/packages.js';
import { moduleKey, nativeOption, type Targets } from './target-parts.js';

/** The facts from which the targets of a module are derived. */
export interface ModuleFacts extends CheckFacts {
  readonly mains: readonly MainPackage[];
  /** The module's own subfolder in each platform's output folder, if it needs one. */
  readonly projectFolder: string | undefined;
  /** Returns true if go builds a main package for a platform, with cgo if it requires it. */
  readonly isBuiltFor: (platform: string, main: MainPackage) => boolean;
  /** Returns the filesets of the build for a platform. */
  readonly filesetsFor: (platform: string) => readonly FilesetInput[];
  /** External imports on any platform. Undefined if sources are generated. */
  readonly imports: readonly string[] | undefined;
  /** The folders of the modules whose packages are built. */
  readonly closureRoots: readonly string[];
  /**
   * Returns the files outside the packages' folders that the C code of a platform's programs is compiled
   * from.
   */
  readonly nativeFor: (platform: string) => readonly string[];
}

/** Returns the folder of a module's slice, relative to the Nx workspace. */
function sliceFolder(root: string): string {
  return taskOutputFolder('go-slices', root);
}

export const sliceName = 'slice.json';

/** Returns the targets of a module: builds if it has main packages, and checks. */
export function moduleTargets(facts: ModuleFacts, options: PluginOptions): Targets {
  const programs = argumentsOf(facts.module, facts.mains);
  return {
    ...(facts.mains.length === 0
      ? {}
      : { ...buildTargets(facts, options), run: runTarget(facts, programs, options) }),
    ...checkTargets(facts),
    doctor: doctorTarget(facts, programs, options),
    explain: explainTarget(facts, options),
  };
}

function runTarget(facts: ModuleFacts, packages: Programs, options: PluginOptions): TargetConfiguration {
  return {
    executor: '@millwright/go:run',
    cache: false,
    dependsOn: ['generate', '^generate'],
    options: { packages, ...nativeOption(facts.nativeFor(hostPlatform().platform)), ...cgoAndTags(options) },
    metadata: { description: `Builds and starts a program of ${facts.name}` },
  };
}

/** Explains the build for the host platform, if there is one. */
function explainTarget({ mains }: ModuleFacts, { platforms }: PluginOptions): TargetConfiguration {
  const here = hostPlatform().platform;
  const platform = platforms.find((one) => one === here) ?? platforms[0];
  return {
    executor: '@millwright/go:explain',
    cache: false,
    ...(mains.length === 0 || platform === undefined
      ? { options: { task: 'test' } }
      : {
          dependsOn: ['resolve'],
          options: { task: `build-${platformSlug(platform)}` },
          configurations: { release: {}, dev: {}, testing: {} },
          defaultConfiguration: 'release',
        }),
    metadata: {
      description: 'Lists the inputs of the hash of a task, and what changed since its last result',
    },
  };
}

function doctorTarget(facts: ModuleFacts, packages: Programs, options: PluginOptions): TargetConfiguration {
  return {
    executor: '@millwright/go:doctor',
    cache: false,
    options: {
      platforms: [...options.platforms],
      packages,
      ...cgoAndTags(options),
      ...(options.glibc === undefined ? {} : { glibc: options.glibc }),
      ...(facts.configuresLint ? { lint: true } : {}),
    },
    metadata: { description: `Checks that this machine has what ${facts.name} requires to build` },
  };
}

/** The arguments for `go` by program name: the folder of each main package. */
type Programs = Readonly<Record<string, string>>;

function argumentsOf(module: GoModule, mains: readonly MainPackage[]): Programs {
  return Object.fromEntries(mains.map(({ folder, name }) => [name, folderArgument(module, folder)]));
}

function cgoAndTags({ cgo, tags }: PluginOptions): object {
  return { ...(cgo ? { cgo: true } : {}), ...(tags.length === 0 ? {} : { tags: [...tags] }) };
}

function buildTargets(facts: ModuleFacts, options: PluginOptions): Targets {
  const targetOf = (platform: string) => `build-${platformSlug(platform)}`;
  const perPlatform = options.platforms.map(
    (platform) => [targetOf(platform), platformTarget(facts, platform, options)] as const,
  );
  const withPrograms = options.platforms.filter((platform) =>
    facts.mains.some((main) => facts.isBuiltFor(platform, main)),
  );
  const packaged = {
    name: facts.name,
    root: facts.module.root,
    builds: withPrograms.map((platform) => ({
      target: targetOf(platform),
      artifacts: facts.mains
        .filter((main) => facts.isBuiltFor(platform, main))
        .map(({ name }) => `${folderOf(facts, platform, 'release')}/${name}${endingFor(platform)}`),
    })),
  };
  return {
    resolve: resolveTarget(facts),
    build: {
      executor: 'nx:noop',
      cache: true,
      // With the outputs of the platform tasks as input, this task is affected whenever one of them is.
      inputs: [{ dependentTasksOutputFiles: '**/*.sha256' }, { externalDependencies: [] }],
      dependsOn: withPrograms.map((platform) => ({ target: targetOf(platform), params: 'forward' })),
      configurations: { release: {}, dev: {}, testing: {} },
      defaultConfiguration: 'release',
      metadata: { description: `Builds ${facts.name} for ${withPrograms.join(', ')}` },
    },
    ...Object.fromEntries(perPlatform),
    ...packageTargets(packaged, options.package, options.sbom?.targetName),
    ...sbomTargets(packaged, options.sbom),
    ...rebuildTargets(packaged, options.rebuild),
  };
}

/** Returns the folder of a module's programs, relative to the Nx workspace. */
function folderOf({ projectFolder }: ModuleFacts, platform: string, configuration: string): string {
  return posix.dirname(artifactPath({ target: platform, configuration, name: 'x', projectFolder }));
}

function endingFor(platform: string): string {
  return platformInfo(platform).goos === 'windows' ? '.exe' : '';
}

function resolveTarget({ module, imports, closureRoots, sliceFiles }: ModuleFacts): TargetConfiguration {
  return {
    executor: '@millwright/go:resolve',
    cache: true,
    inputs: [
      ...new Set([...sliceFiles, ...closureRoots.map((root) => posix.join(root, 'go.mod'))].map(inWorkspace)),
      { env: 'GOWORK' },
      { externalDependencies: [] },
    ],
    outputs: ['{options.outputPath}'],
    options: {
      ...(imports === undefined ? {} : { imports: [...imports] }),
      modules: [...closureRoots],
      outputPath: sliceFolder(module.root),
    },
    metadata: {
      description: `Computes the parts of go.mod, go.sum and go.work that the programs of ${module.mod.module} depend on`,
    },
  };
}

function platformTarget(facts: ModuleFacts, platform: string, options: PluginOptions): TargetConfiguration {
  const { module, usesCgo } = facts;
  const mains = facts.mains.filter((main) => facts.isBuiltFor(platform, main));
  const leftOut = facts.mains.filter((main) => !mains.includes(main));
  const ending = endingFor(platform);
  const configuration = (profile: string) => ({
    profile,
    outputPath: folderOf(facts, platform, profile),
  });
  return {
    executor: '@millwright/go:build',
    cache: true,
    dependsOn: ['resolve', 'generate', '^generate'],
    inputs: [
      ...facts.filesetsFor(platform),
      ...facts.gitlinksOf([module.root, ...facts.closureRoots]).map(gitlinkInput),
      { dependentTasksOutputFiles: `${sliceFolder(module.root)}/${sliceName}` },
      { dependentTasksOutputFiles: '**/*.go', transitive: true },
      ...hashedVariables(usesCgo).map((env) => ({ env })),
      { env: platformVariable(platform) },
      { env: inputsVariableOf(`build ${platform}`, moduleKey(module.root)) },
      { externalDependencies: [] },
    ],
    outputs: mains.flatMap(({ name }) =>
      ['', ...Object.values(sideFileEndings)].map((end) => `{options.outputPath}/${name}${ending}${end}`),
    ),
    options: {
      platform,
      packages: argumentsOf(module, mains),
      ...(leftOut.length === 0 ? {} : { leftOut: argumentsOf(module, leftOut) }),
      ...nativeOption(facts.nativeFor(platform)),
      ...cgoAndTags(options),
      ...(options.glibc === undefined ? {} : { glibc: options.glibc }),
    },
    configurations: {
      release: configuration('release'),
      dev: configuration('dev'),
      testing: configuration('testing'),
    },
    defaultConfiguration: 'release',
    metadata: { description: `Builds ${facts.name} for ${platform}` },
  };
}

/** Returns a package as an argument of `go`, relative to the module's folder. */
function folderArgument(module: GoModule, folder: string): string {
  const below = posix.relative(module.root, folder);
  return below === '' ? '.' : `./${below}`;
}

function inWorkspace(path: string): string {
  return `{workspaceRoot}/${path}`;
}
