import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactPath } from '@millwright/artifacts';
import { gitlinkInput, platformInfo, platformSlug } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import { hashedVariables } from '../toolchain/task-variables.js';
import { type FilesetInput, ignoredToo, isOutside } from './inputs.js';
import type { GoModule } from './model.js';
import type { MainPackage } from './packages.js';

export type Targets = Record<string, TargetConfiguration>;

/** What the targets of one module follow from. */
export interface ModuleFacts {
  readonly module: GoModule;
  readonly name: string;
  readonly mains: readonly MainPackage[];
  /** The filesets of the build for a platform. */
  readonly filesetsFor: (platform: string) => readonly FilesetInput[];
  /** The imports that lead out of the repository on any platform; undefined where sources are generated. */
  readonly imports: readonly string[] | undefined;
  /** The modules whose packages are built, by folder. */
  readonly closureRoots: readonly string[];
  readonly sliceFiles: readonly string[];
  /** The folders of the modules that this one depends on, tests included and through others. */
  readonly dependencies: readonly string[];
  /** What C code of the programs for a platform is compiled from beside the files in their packages' folders. */
  readonly nativeFor: (platform: string) => readonly string[];
  /** What that of these modules is, tests included. */
  readonly checkedNative: readonly string[];
  /** The folders of other modules that lie in the module's own or in those. */
  readonly nested: readonly string[];
  /** Paths of submodules' gitlinks that hold any of these modules. */
  readonly gitlinks: readonly string[];
  readonly usesCgo: boolean;
}

/** The folder of a module's slice, relative to the Nx workspace. */
export function sliceFolder(root: string): string {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 12);
  return `.nx/workspace-data/millwright/go-slices/${key}`;
}

export const sliceName = 'slice.json';

/** The targets of a module: builds where it has main packages, checks always. */
export function moduleTargets(facts: ModuleFacts, options: PluginOptions): Targets {
  return { ...(facts.mains.length === 0 ? {} : buildTargets(facts, options)), ...checkTargets(facts) };
}

function buildTargets(facts: ModuleFacts, options: PluginOptions): Targets {
  const perPlatform = options.platforms.map(
    (platform) => [`build-${platformSlug(platform)}`, platformTarget(facts, platform, options)] as const,
  );
  return {
    resolve: resolveTarget(facts),
    build: {
      executor: 'nx:noop',
      cache: true,
      // What the platforms' tasks hand over makes this one affected whenever one of them is.
      inputs: [{ dependentTasksOutputFiles: '**/*.sha256' }, { externalDependencies: [] }],
      dependsOn: perPlatform.map(([name]) => name),
      configurations: { release: {}, dev: {}, testing: {} },
      defaultConfiguration: 'release',
      metadata: { description: `Builds ${facts.name} for ${options.platforms.join(', ')}` },
    },
    ...Object.fromEntries(perPlatform),
  };
}

function resolveTarget({ module, imports, closureRoots, sliceFiles }: ModuleFacts): TargetConfiguration {
  return {
    executor: '@millwright/go:resolve',
    cache: true,
    inputs: [
      ...new Set([...sliceFiles, ...closureRoots.map((root) => posix.join(root, 'go.mod'))].map(inWorkspace)),
      { externalDependencies: [] },
    ],
    outputs: ['{options.outputPath}'],
    options: {
      ...(imports === undefined ? {} : { imports: [...imports] }),
      modules: [...closureRoots],
      outputPath: sliceFolder(module.root),
    },
    metadata: {
      description: `Computes what of go.mod, go.sum and go.work the programs of ${module.mod.module} depend on`,
    },
  };
}

function platformTarget(facts: ModuleFacts, platform: string, options: PluginOptions): TargetConfiguration {
  const { module, mains, gitlinks, usesCgo } = facts;
  const ending = platformInfo(platform).goos === 'windows' ? '.exe' : '';
  const folder = (configuration: string) =>
    posix.dirname(artifactPath({ target: platform, configuration, name: 'x' }));
  const configuration = (profile: string) => ({ profile, outputPath: folder(profile) });
  return {
    executor: '@millwright/go:build',
    cache: true,
    dependsOn: ['resolve', 'generate', '^generate'],
    inputs: [
      ...facts.filesetsFor(platform),
      ...gitlinks.map(gitlinkInput),
      { dependentTasksOutputFiles: `${sliceFolder(module.root)}/${sliceName}` },
      { dependentTasksOutputFiles: '**/*.go', transitive: true },
      ...hashedVariables(usesCgo).map((env) => ({ env })),
      { externalDependencies: [] },
    ],
    outputs: mains.flatMap(({ name }) =>
      ['', '.sha256', '.version', '.metrics.json'].map(
        (end) => `{options.outputPath}/${name}${ending}${end}`,
      ),
    ),
    options: {
      platform,
      packages: Object.fromEntries(mains.map(({ folder, name }) => [name, folderArgument(module, folder)])),
      ...nativeOption(facts.nativeFor(platform)),
      ...(options.cgo ? { cgo: true } : {}),
      ...(options.glibc === undefined ? {} : { glibc: options.glibc }),
      ...(options.tags.length === 0 ? {} : { tags: [...options.tags] }),
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

/** A package as `go` takes it, seen from the module's folder. */
function folderArgument(module: GoModule, folder: string): string {
  const below = posix.relative(module.root, folder);
  return below === '' ? '.' : `./${below}`;
}

function checkTargets({
  module,
  name,
  dependencies,
  checkedNative,
  nested,
  sliceFiles,
  usesCgo,
  gitlinks,
}: ModuleFacts): Targets {
  const modFiles = sliceFiles.map(inWorkspace);
  const variables = hashedVariables(usesCgo).map((env) => ({ env }));
  const foreign = nested.map((folder) => `!${inWorkspace(`${folder}/**/*`)}`);
  const files = [module.root, ...dependencies].map((root) => inWorkspace(posix.join(root, '**/*')));
  const shared = [
    ...files,
    ...foreign,
    ...ignoredToo(checkedNative.filter((path) => !isOutside(path))),
    ...modFiles,
    ...gitlinks.map(gitlinkInput),
    { dependentTasksOutputFiles: '**/*.go', transitive: true },
    ...variables,
    { externalDependencies: [] },
  ];
  const native = nativeOption(checkedNative);
  const cached = (executor: string, description: string, options: object = {}): TargetConfiguration => ({
    executor: `@millwright/go:${executor}`,
    cache: true,
    dependsOn: ['generate', '^generate'],
    inputs: shared,
    outputs: [],
    ...(Object.keys(options).length > 0 && { options }),
    metadata: { description },
  });
  return {
    test: cached('test', `Runs the tests of ${name}`, native),
    vet: cached('vet', `Runs go vet on ${name}`, native),
    'tidy-check': {
      ...cached('tidy', `Tells whether go.mod and go.sum of ${name} are what go mod tidy makes of them`),
      options: { check: true },
    },
    tidy: {
      executor: '@millwright/go:tidy',
      cache: false,
      metadata: { description: `Brings go.mod and go.sum of ${name} in line with its sources` },
    },
    'format-check': {
      executor: '@millwright/go:format',
      cache: true,
      inputs: ['{projectRoot}/**/*.go', ...foreign, ...variables, { externalDependencies: [] }],
      outputs: [],
      options: { check: true },
      metadata: { description: `Tells whether ${name} is formatted` },
    },
    format: {
      executor: '@millwright/go:format',
      cache: false,
      metadata: { description: `Formats ${name}` },
    },
  };
}

function nativeOption(paths: readonly string[]): { nativeFiles?: string[] } {
  return paths.length === 0 ? {} : { nativeFiles: [...paths] };
}

function inWorkspace(path: string): string {
  return `{workspaceRoot}/${path}`;
}
