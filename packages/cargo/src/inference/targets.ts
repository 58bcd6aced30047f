import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactPath, packageTargets, sideFileEndings } from '@millwright/artifacts';
import {
  folderInput,
  gitlinkInput,
  hostPlatform,
  pathInput,
  platformOfTriple,
  taskOutputFolder,
} from '@millwright/toolkit';
import {
  cliToolchainsVariable,
  cliOverridesVariable,
  inputsVariableOf,
  nativeVariable,
  taskVariables,
  compilerVariables,
  cVariables,
} from '../hashing/task-variables.js';
import { hasRequiredFeatures } from '../resolution/features/required-features.js';
import type { CrateFacts, SliceFeatures } from './crate-facts.js';
import { fileNames, finalTargets } from './final-files.js';
import { filesetsOf, variablesOf } from '../hashing/inputs.js';
import {
  type BuildOptions,
  type ConfiguredTriple,
  configuredTriples,
} from '../options/configured-triples.js';
import { optionInputs } from './option-inputs.js';
import { checkTargets, runTarget } from './check-targets.js';
import { configurationsOf, vendoredSettings } from '../vendored/vendored-crates.js';
import { buildTargetName, vendoredTargets, type Targets } from '../vendored/targets.js';
import type { CargoWorkspace, Crate, CrateTarget } from '../manifests/model.js';
import { configFolders } from '../manifests/config-folders.js';

/** The folder of the slices of a workspace, by configuration, relative to the Nx workspace. */
export function slicesFolder(workspaceRoot: string): string {
  return taskOutputFolder('slices', workspaceRoot);
}

/** The file of a crate's slice for a target triple. */
export function sliceFile(crateRoot: string, triple: string, features: SliceFeatures): string {
  return `${keyOf(crateRoot)}.${triple}.${features}.json`;
}

function keyOf(folder: string): string {
  return createHash('sha256').update(folder).digest('hex').slice(0, 12);
}

/**
 * Cargo's profile for a configuration; `testing` is the workspace's own profile where it has one, and those that
 * a description adds differ from `release` in their options alone.
 */
export function profileOf(configuration: string, workspace: CargoWorkspace): string {
  if (configuration === 'dev') return 'dev';
  if (configuration !== 'testing') return 'release';
  return workspace.profiles.includes('testing') ? 'testing' : 'test';
}

export const resolveExecutor = '@millwright/cargo:resolve';

/**
 * The target of a workspace that computes the slices of its crates, once per configuration.
 * @param written what users say of its options
 */
export function resolveTarget(
  workspace: CargoWorkspace,
  manifests: readonly string[],
  triples: readonly string[],
  written: readonly unknown[],
): Targets {
  const folder = slicesFolder(workspace.root);
  const inWorkspace = (path: string) => pathInput(posix.join(workspace.root, path));
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: `${folder}/${name}`,
  });
  const options = { triples: [...triples] };
  const configurations = {
    release: configuration('release'),
    dev: configuration('dev'),
    testing: configuration('testing'),
  };
  return {
    resolve: {
      executor: resolveExecutor,
      cache: true,
      inputs: [
        ...manifests.map(pathInput),
        inWorkspace('Cargo.lock'),
        ...configFolders(workspace.root).map(pathInput),
        { env: nativeVariable(workspace.root) },
        { externalDependencies: [] },
        ...optionInputs({ options, configurations }, written),
      ],
      outputs: ['{options.outputPath}'],
      options,
      configurations,
      defaultConfiguration: 'release',
      metadata: {
        description:
          'Computes the part of the lock file, manifests and configuration that each crate depends on',
      },
    },
  };
}

/** The targets of a crate: builds where it has final files, checks always. */
export function crateTargets(facts: CrateFacts, options: BuildOptions): Targets {
  const finals = finalTargets(facts.crate);
  const { vendored } = facts;
  const filesFor = (triple: string) => finals.flatMap((target) => fileNames(target, triple));
  const filesWith = (triple: string, options: Readonly<Record<string, unknown>>) =>
    finals
      .filter((target) => hasRequiredFeatures(facts.crate, target, options))
      .flatMap((target) => fileNames(target, triple));
  return {
    ...(finals.length === 0 ? {} : buildTargets(facts, finals, options)),
    ...checkTargets(facts, options),
    ...(finals.some((target) => target.kind === 'bin') ? runTarget() : {}),
    ...(finals.length === 0 || vendored === undefined
      ? {}
      : vendoredTargets({ ...facts, vendored, filesFor, filesWith }, options)),
  };
}

/** Whether a crate has anything to build that is handed over. */
export function hasFinalFiles(crate: Crate): boolean {
  return finalTargets(crate).length > 0;
}

function buildTargets(facts: CrateFacts, finals: readonly CrateTarget[], options: BuildOptions): Targets {
  const configured = configuredTriples(options);
  const perPlatform = configured.map(
    (build) => [buildTargetName(build), platformTarget(facts, finals, build, options)] as const,
  );
  const configurations = Object.fromEntries(configurationsOf([facts.vendored]).map((name) => [name, {}]));
  return {
    build: {
      executor: 'nx:noop',
      cache: true,
      // What the platforms' tasks hand over makes this one affected whenever one of them is.
      inputs: [
        { dependentTasksOutputFiles: '**/*.sha256' },
        // The platforms' tasks have what it says in their options, which `nx affected` does not look at.
        ...(facts.describedIn === undefined ? [] : [pathInput(facts.describedIn)]),
        { externalDependencies: [] },
        ...optionInputs({ configurations }, facts.writtenFor('build', 'nx:noop')),
      ],
      // Options on the command line are meant for what really builds.
      dependsOn: perPlatform.map(([target]) => ({ target, params: 'forward' })),
      configurations,
      defaultConfiguration: 'release',
      metadata: {
        description: `Builds ${facts.crate.name} for ${configured.map(nameOf).join(', ')}`,
      },
    },
    ...Object.fromEntries(perPlatform),
    ...packageTargets(
      {
        name: facts.projectName,
        root: facts.crate.root,
        builds: configured.map((build) => ({
          target: buildTargetName(build),
          artifacts: finals
            .flatMap((target) => fileNames(target, build.triple))
            .map((file) => `${folderOf(facts, build, 'release')}/${file}`),
        })),
      },
      options.package,
    ),
  };
}

/** The folder of the artifacts of a build, relative to the Nx workspace. */
function folderOf(
  { projectFolder }: CrateFacts,
  { platform, suffix }: ConfiguredTriple,
  configuration: string,
): string {
  return posix.dirname(artifactPath({ target: platform, configuration, name: 'x', suffix, projectFolder }));
}

const buildExecutor = '@millwright/cargo:cargo-cross';

function platformTarget(
  facts: CrateFacts,
  finals: readonly CrateTarget[],
  build: ConfiguredTriple,
  options: BuildOptions,
): TargetConfiguration {
  const { platform, triple, libc } = build;
  const { crate, workspace, workspaceProject, closure } = facts;
  const said = vendoredSettings(facts.vendored, triple);
  const files = finals.flatMap((target) => fileNames(target, triple));
  const { digest, cDigest } = taskVariables(workspace.root, triple);
  const forC = facts.compilesC ? [cDigest, ...cVariables] : [];
  const variables = [...new Set([...variablesOf(closure), ...compilerVariables, ...forC])].sort();
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: folderOf(facts, build, name),
    ...said.configurations[name],
  });
  const own = {
    ...(platformOfTriple(triple) === undefined
      ? { target: build.specification ?? triple }
      : { platform, ...(libc === undefined ? {} : { libc }) }),
    ...(options.glibc !== undefined && triple.endsWith('-gnu') ? { glibc: options.glibc } : {}),
    ...(options.strictInputs ? { strictInputs: true } : {}),
    ...said.options,
  };
  const configurations = Object.fromEntries(
    configurationsOf([facts.vendored]).map((name) => [name, configuration(name)]),
  );
  const target = buildTargetName(build);
  return {
    executor: buildExecutor,
    cache: true,
    dependsOn: [{ target: 'resolve', projects: [workspaceProject] }],
    inputs: [
      ...filesetsOf(closure),
      ...facts.gitlinks.map(gitlinkInput),
      ...facts.settings.flatMap((path) => [pathInput(path), folderInput(path)]),
      ...(facts.targetFolders ?? []).map((path) => `!${folderInput(path)}`),
      { dependentTasksOutputFiles: `**/${sliceFile(crate.root, triple, facts.features)}` },
      { env: digest },
      { env: cliOverridesVariable(workspace.root) },
      { env: cliToolchainsVariable },
      { env: inputsVariableOf(crate.root, target) },
      ...variables.map((env) => ({ env })),
      { externalDependencies: [] },
      ...optionInputs({ options: own, configurations }, facts.writtenFor(target, buildExecutor)),
    ],
    outputs: [
      ...files.flatMap((file) =>
        ['', ...Object.values(sideFileEndings)].map((ending) => `{options.outputPath}/${file}${ending}`),
      ),
      // Builds for other platforms leave that place alone.
      ...(platform === hostPlatform().platform ? ['{options.installTo}'] : []),
    ],
    options: own,
    configurations,
    defaultConfiguration: 'release',
    metadata: { description: `Builds ${crate.name} for ${nameOf(build)}` },
  };
}

/** What is built, as a person says it. */
function nameOf({ platform, suffix }: ConfiguredTriple): string {
  return suffix === undefined ? platform : `${platform} with ${suffix}`;
}
