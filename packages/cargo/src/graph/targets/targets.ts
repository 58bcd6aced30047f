import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactPath } from '@millwright/artifacts';
import { gitlinkInput } from '@millwright/toolkit';
import type { PluginOptions } from '../../options.js';
import {
  givenToolchainsVariable,
  givenVariable,
  nativeVariable,
  taskVariables,
} from '../../toolchain/task-variables.js';
import type { CrateFacts, SliceFeatures } from './crate-facts.js';
import { filesetsOf } from './inputs.js';
import {
  compilerVariables,
  configFolders,
  type ConfiguredTriple,
  configuredTriples,
  type Targets,
} from './build-inputs.js';
import { checkTargets, runTarget } from './check-targets.js';
import { configurationsOf, settingsFor } from '../described/described.js';
import { buildTargetName, describedTargets } from '../described/targets.js';
import type { CargoWorkspace, Crate, CrateTarget } from '../model.js';

/** The folder of the slices of a workspace, by configuration, relative to the Nx workspace. */
export function slicesFolder(workspaceRoot: string): string {
  return `.nx/workspace-data/millwright/slices/${keyOf(workspaceRoot)}`;
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

/** The target of a workspace that computes the slices of its crates, once per configuration. */
export function resolveTarget(
  workspace: CargoWorkspace,
  manifests: readonly string[],
  triples: readonly string[],
): Targets {
  const folder = slicesFolder(workspace.root);
  const inWorkspace = (path: string) => posix.join('{workspaceRoot}', workspace.root, path);
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: `${folder}/${name}`,
  });
  return {
    resolve: {
      executor: '@millwright/cargo:resolve',
      cache: true,
      inputs: [
        ...manifests.map((path) => `{workspaceRoot}/${path}`),
        inWorkspace('Cargo.lock'),
        ...configFolders(workspace.root).map((path) => `{workspaceRoot}/${path}`),
        { env: nativeVariable(workspace.root) },
        { externalDependencies: [] },
      ],
      outputs: ['{options.outputPath}'],
      options: { triples: [...triples] },
      configurations: {
        release: configuration('release'),
        dev: configuration('dev'),
        testing: configuration('testing'),
      },
      defaultConfiguration: 'release',
      metadata: {
        description: 'Computes what of the lock file, manifests and configuration each crate depends on',
      },
    },
  };
}

/** The targets of a crate: builds where it has final files, checks always. */
export function crateTargets(facts: CrateFacts, options: PluginOptions): Targets {
  const finals = facts.crate.targets.filter(isFinal);
  const { described } = facts;
  const filesFor = (triple: string) => finals.flatMap((target) => fileNames(target, triple));
  return {
    ...(finals.length === 0 ? {} : buildTargets(facts, finals, options)),
    ...checkTargets(facts, options),
    ...(finals.some((target) => target.kind === 'bin') ? runTarget() : {}),
    ...(finals.length === 0 || described === undefined
      ? {}
      : describedTargets({ ...facts, described, filesFor }, options)),
  };
}

/** Whether a crate has anything to build that is handed over. */
export function hasFinalFiles(crate: Crate): boolean {
  return crate.targets.some(isFinal);
}

/** Whether a target ends in a file that is handed over. */
function isFinal(target: CrateTarget): boolean {
  return target.kind === 'bin' || target.crateTypes.some((type) => type === 'cdylib' || type === 'staticlib');
}

function buildTargets(facts: CrateFacts, finals: readonly CrateTarget[], options: PluginOptions): Targets {
  const configured = configuredTriples(options);
  const perPlatform = configured.map(
    (build) => [buildTargetName(build), platformTarget(facts, finals, build, options)] as const,
  );
  return {
    build: {
      executor: 'nx:noop',
      cache: true,
      // What the platforms' tasks hand over makes this one affected whenever one of them is.
      inputs: [
        { dependentTasksOutputFiles: '**/*.sha256' },
        // The platforms' tasks have what it says in their options, which `nx affected` does not look at.
        ...(facts.describedIn === undefined ? [] : [`{workspaceRoot}/${facts.describedIn}`]),
        { externalDependencies: [] },
      ],
      // Options on the command line are meant for what really builds.
      dependsOn: perPlatform.map(([target]) => ({ target, params: 'forward' })),
      configurations: Object.fromEntries(configurationsOf([facts.described]).map((name) => [name, {}])),
      defaultConfiguration: 'release',
      metadata: {
        description: `Builds ${facts.crate.name} for ${configured.map(nameOf).join(', ')}`,
      },
    },
    ...Object.fromEntries(perPlatform),
  };
}

function platformTarget(
  facts: CrateFacts,
  finals: readonly CrateTarget[],
  build: ConfiguredTriple,
  options: PluginOptions,
): TargetConfiguration {
  const { platform, triple, libc, suffix } = build;
  const { crate, workspace, workspaceProject, closure } = facts;
  const said = settingsFor(facts.described, triple);
  const files = finals.flatMap((target) => fileNames(target, triple));
  const variables = [
    ...new Set([...closure.flatMap(({ reads }) => [...reads.variables]), ...compilerVariables]),
  ].sort();
  const folder = (configuration: string) =>
    posix.dirname(artifactPath({ target: platform, configuration, name: 'x', suffix }));
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: folder(name),
    ...said.configurations[name],
  });
  return {
    executor: '@millwright/cargo:cargo-cross',
    cache: true,
    dependsOn: [{ target: 'resolve', projects: [workspaceProject] }],
    inputs: [
      ...filesetsOf(closure),
      ...facts.gitlinks.map(gitlinkInput),
      ...facts.settings.flatMap((path) => [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`]),
      { dependentTasksOutputFiles: `**/${sliceFile(crate.root, triple, facts.features)}` },
      { env: taskVariables(workspace.root, triple).digest },
      { env: givenVariable(workspace.root) },
      { env: givenToolchainsVariable },
      ...variables.map((env) => ({ env })),
      { externalDependencies: [] },
    ],
    outputs: [
      ...files.flatMap((file) =>
        ['', '.sha256', '.version', '.metrics.json'].map((ending) => `{options.outputPath}/${file}${ending}`),
      ),
      '{options.installTo}',
    ],
    options: {
      platform,
      ...(libc === undefined ? {} : { libc }),
      ...(options.glibc !== undefined && triple.endsWith('-gnu') ? { glibc: options.glibc } : {}),
      ...(options.strictInputs ? { strictInputs: true } : {}),
      ...said.options,
    },
    configurations: Object.fromEntries(
      configurationsOf([facts.described]).map((name) => [name, configuration(name)]),
    ),
    defaultConfiguration: 'release',
    metadata: { description: `Builds ${crate.name} for ${nameOf(build)}` },
  };
}

/** What is built, as a person says it. */
function nameOf({ platform, suffix }: ConfiguredTriple): string {
  return suffix === undefined ? platform : `${platform} with ${suffix}`;
}

/** The names under which rustc writes a target's final files (rustc book, "Crate types"). */
function fileNames(target: CrateTarget, triple: string): string[] {
  const windows = triple.includes('-windows-');
  if (target.kind === 'bin') return [windows ? `${target.name}.exe` : target.name];
  const name = target.name.replaceAll('-', '_');
  const dynamic = windows ? `${name}.dll` : triple.includes('-apple-') ? `lib${name}.dylib` : `lib${name}.so`;
  const archive = triple.endsWith('-msvc') ? `${name}.lib` : `lib${name}.a`;
  return [
    ...(target.crateTypes.includes('cdylib') ? [dynamic] : []),
    ...(target.crateTypes.includes('staticlib') ? [archive] : []),
  ];
}
