import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import {
  artifactPath,
  packageTargets,
  rebuildTargets,
  sbomTargets,
  sideFileEndings,
} from '@millwright/artifacts';
import { folderInput, gitlinkInput, hostPlatform, pathInput, platformOfTriple } from '@millwright/toolkit';
import {
  cliToolchainsVariable,
  cliOverridesVariable,
  inputsVariableOf,
  taskVariables,
  compilerVariables,
  cVariables,
} from '../hashing/task-variables.js';
import { hasRequiredFeatures } from '../resolution/features/required-features.js';
import type { CrateFacts } from './crate-facts.js';
import { fileNames, finalTargets } from './final-files.js';
import { filesetsOf, variablesOf } from '../hashing/inputs.js';
import {
  type BuildOptions,
  type ConfiguredTriple,
  configuredTriples,
} from '../options/configured-triples.js';
import { optionInputs } from './option-inputs.js';
import { checkTargets, explainTarget, runTarget } from './check-targets.js';
import { vendoredSettings, configurationsOf } from '../vendored/build-settings.js';
import { buildTargetName, vendoredTargets, type Targets } from '../vendored/targets.js';
import type { Crate, CrateTarget } from '../manifests/model.js';
import { profileOf, sliceFile } from './resolve-target.js';

/** Returns the targets of a crate: checks, and builds if it produces artifacts. */
export function crateTargets(facts: CrateFacts, options: BuildOptions): Targets {
  const artifactTargets = finalTargets(facts.crate);
  const { vendored } = facts;
  const filesFor = (triple: string) => artifactTargets.flatMap((target) => fileNames(target, triple));
  const filesWith = (triple: string, options: Readonly<Record<string, unknown>>) =>
    artifactTargets
      .filter((target) => hasRequiredFeatures(facts.crate, target, options))
      .flatMap((target) => fileNames(target, triple));
  return {
    ...(artifactTargets.length === 0 ? {} : buildTargets(facts, artifactTargets, options)),
    ...checkTargets(facts, options),
    ...explainTarget(
      artifactTargets.length === 0 ? [] : configuredTriples(options),
      configurationsOf([vendored]),
      facts.workspaceProject,
    ),
    ...(artifactTargets.some((target) => target.kind === 'bin') ? runTarget() : {}),
    ...(artifactTargets.length === 0 || vendored === undefined
      ? {}
      : vendoredTargets({ ...facts, vendored, filesFor, filesWith }, options)),
  };
}

/** Returns whether a crate produces artifacts. */
export function hasFinalFiles(crate: Crate): boolean {
  return finalTargets(crate).length > 0;
}

function buildTargets(
  facts: CrateFacts,
  artifactTargets: readonly CrateTarget[],
  options: BuildOptions,
): Targets {
  const configured = configuredTriples(options);
  const perPlatform = configured.map(
    (build) => [buildTargetName(build), platformTarget(facts, artifactTargets, build, options)] as const,
  );
  const configurations = Object.fromEntries(configurationsOf([facts.vendored]).map((name) => [name, {}]));
  const packaged = {
    name: facts.projectName,
    root: facts.crate.root,
    builds: configured.map((build) => ({
      target: buildTargetName(build),
      artifacts: artifactTargets
        .flatMap((target) => fileNames(target, build.triple))
        .map((file) => `${folderOf(facts, build, 'release')}/${file}`),
    })),
  };
  return {
    build: {
      executor: 'nx:noop',
      cache: true,
      // With the platform targets' outputs as inputs, this target is affected whenever one of them is.
      inputs: [
        { dependentTasksOutputFiles: '**/*.sha256' },
        // The file sets options of the platform targets, which `nx affected` does not consider.
        ...(facts.declaredIn === undefined ? [] : [pathInput(facts.declaredIn)]),
        { externalDependencies: [] },
        ...optionInputs({ configurations }, facts.userOptionsOf('build', 'nx:noop')),
      ],
      // Forward command-line options to the targets that build.
      dependsOn: perPlatform.map(([target]) => ({ target, params: 'forward' })),
      configurations,
      defaultConfiguration: 'release',
      metadata: {
        description: `Builds ${facts.crate.name} for ${configured.map(nameOf).join(', ')}`,
      },
    },
    ...Object.fromEntries(perPlatform),
    ...packageTargets(packaged, options.package, options.sbom?.targetName),
    ...sbomTargets(packaged, options.sbom),
    ...rebuildTargets(packaged, options.rebuild),
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
  artifactTargets: readonly CrateTarget[],
  build: ConfiguredTriple,
  options: BuildOptions,
): TargetConfiguration {
  const { platform, triple, libc } = build;
  const { crate, workspace, workspaceProject, closure } = facts;
  const vendoredOptions = vendoredSettings(facts.vendored, triple);
  const files = artifactTargets.flatMap((target) => fileNames(target, triple));
  const { digest, cDigest } = taskVariables(workspace.root, triple);
  const cInputs = facts.compilesC ? [cDigest, ...cVariables] : [];
  const variables = [...new Set([...variablesOf(closure), ...compilerVariables, ...cInputs])].sort();
  const configuration = (name: string) => ({
    profile: profileOf(name, workspace),
    outputPath: folderOf(facts, build, name),
    ...vendoredOptions.configurations[name],
  });
  const own = {
    ...(platformOfTriple(triple) === undefined
      ? { target: build.specification ?? triple }
      : { platform, ...(libc === undefined ? {} : { libc }) }),
    ...(options.glibc !== undefined && triple.endsWith('-gnu') ? { glibc: options.glibc } : {}),
    ...(options.strictInputs ? { strictInputs: true } : {}),
    ...vendoredOptions.options,
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
      ...optionInputs({ options: own, configurations }, facts.userOptionsOf(target, buildExecutor)),
    ],
    outputs: [
      ...files.flatMap((file) =>
        ['', ...Object.values(sideFileEndings)].map((ending) => `{options.outputPath}/${file}${ending}`),
      ),
      // Builds for other platforms do not install.
      ...(platform === hostPlatform().platform ? ['{options.installTo}'] : []),
    ],
    options: own,
    configurations,
    defaultConfiguration: 'release',
    metadata: { description: `Builds ${crate.name} for ${nameOf(build)}` },
  };
}

/** Returns the platform's name for descriptions. */
function nameOf({ platform, suffix }: ConfiguredTriple): string {
  return suffix === undefined ? platform : `${platform} with ${suffix}`;
}
