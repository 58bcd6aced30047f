import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import {
  escapeGlob,
  folderInput,
  gitlinkInput,
  hostPlatform,
  inputsRecordEnding,
  pathInput,
  taskOutputFolder,
  tripleOf,
} from '@millwright/toolkit';
import { buildTargetName, commandOptionsFrom, type Targets } from '../vendored/targets.js';
import {
  cliToolchainsVariable,
  inputsVariableOf,
  taskVariables,
  compilerVariables,
  cVariables,
} from '../hashing/task-variables.js';
import {
  type BuildOptions,
  type ConfiguredTriple,
  configuredTriples,
} from '../options/configured-triples.js';
import { filesOfCrate } from '../hashing/inputs.js';
import type { CrateFacts } from './crate-facts.js';
import { optionInputs } from './option-inputs.js';
import { configFolders } from '../manifests/config-folders.js';

/** Returns where a task without artifacts records its undeclared inputs, relative to the Nx workspace. */
function inputsRecordPath(crateRoot: string, target: string): string {
  return `${taskOutputFolder('inputs', crateRoot)}/${target}${inputsRecordEnding}`;
}

/**
 * Returns the targets check, test, lint, format and doctor. Their inputs are the crate, its dependencies including
 * development dependencies, and the other dependencies of those. Dependencies that the user added in project.json
 * count with all of their own dependencies.
 */
export function checkTargets(facts: CrateFacts, options: BuildOptions): Targets {
  const {
    crate,
    workspace,
    gitlinks,
    vendored,
    checked,
    checkedProjects: projects = [],
    userOptionsOf,
  } = facts;
  // Checks always run with the toolchain for the host triple.
  const triple = tripleOf(hostPlatform().platform);
  const { digest, cDigest } = taskVariables(workspace.root, triple);
  const machine = { env: digest };
  const commandOptions = commandOptionsFrom(vendored, triple);
  const inWorkspace = (path: string) => pathInput(posix.join(workspace.root, path));
  const inputs = [
    '{projectRoot}/**/*',
    ...(projects.length === 0 ? [] : [{ input: filesOfCrate, projects: [...projects] }]),
    ...(facts.hasUserDependencies === true ? ['^{projectRoot}/**/*'] : []),
    ...(checked?.filesets ?? []),
    inWorkspace('Cargo.toml'),
    inWorkspace('Cargo.lock'),
    ...configFolders(workspace.root).map(pathInput),
    ...facts.settings.flatMap((path) => [pathInput(path), folderInput(path)]),
    ...gitlinks.map(gitlinkInput),
    machine,
    { env: cliToolchainsVariable },
    ...[...new Set([...compilerVariables, cDigest, ...cVariables, ...(checked?.variables ?? [])])].map(
      (env) => ({ env }),
    ),
    { externalDependencies: [] },
  ];
  const inputsFromOptions = (target: string, executor: string, own: object) =>
    optionInputs({ options: own }, userOptionsOf(target, `@millwright/cargo:${executor}`));
  const cached = (executor: string, description: string): TargetConfiguration => ({
    executor: `@millwright/cargo:${executor}`,
    cache: true,
    outputs: [],
    ...(Object.keys(commandOptions).length === 0 ? {} : { options: commandOptions }),
    metadata: { description },
  });
  const compiling = (
    target: string,
    description: string,
    extraInputs: readonly string[] = [],
  ): TargetConfiguration => ({
    ...cached(target, description),
    inputs: [
      ...inputs,
      ...extraInputs,
      { env: inputsVariableOf(crate.root, target) },
      ...inputsFromOptions(target, target, commandOptions),
    ],
    outputs: [`{workspaceRoot}/${inputsRecordPath(crate.root, target)}`],
  });
  return {
    check: compiling('check', `Checks ${crate.name} without building it`),
    test: compiling('test', `Runs the tests of ${crate.name}`, [inWorkspace('.config/nextest.toml')]),
    lint: compiling(
      'lint',
      `Runs clippy on ${crate.name}`,
      filesAbove(crate.root, ['clippy.toml', '.clippy.toml']),
    ),
    'format-check': {
      ...cached('format', `Checks the formatting of ${crate.name}`),
      inputs: [
        '{projectRoot}/**/*.rs',
        // Nx does not escape the project's folder in the pattern.
        ...(escapeGlob(crate.root) === crate.root ? [] : [`${folderInput(crate.root)}.rs`]),
        ...filesAbove(crate.root, ['rustfmt.toml', '.rustfmt.toml']),
        machine,
        { externalDependencies: [] },
        ...inputsFromOptions('format-check', 'format', { check: true }),
      ],
      options: { check: true },
    },
    doctor: {
      executor: '@millwright/cargo:doctor',
      cache: false,
      options: { triples: configuredTriples(options).map(({ triple }) => triple) },
      metadata: { description: `Checks that this machine has what ${crate.name} requires to build` },
    },
    format: {
      executor: '@millwright/cargo:format',
      cache: false,
      metadata: { description: `Formats ${crate.name}` },
    },
  };
}

/** Returns inputs for files with these names in a folder and in each folder above it, up to the repository's root. */
function filesAbove(folder: string, names: readonly string[]): string[] {
  const found: string[] = [];
  for (let current = folder; ; current = posix.dirname(current)) {
    found.push(...names.map((name) => pathInput(posix.join(current, name))));
    if (current === '.') return found;
  }
}

/**
 * Returns the target that explains other tasks: by default the build for the host platform, otherwise the first build,
 * otherwise `check`.
 * @param workspaceProject the project whose target `resolve` writes the slices that builds are hashed from
 */
export function explainTarget(
  builds: readonly ConfiguredTriple[],
  configurations: readonly string[],
  workspaceProject: string,
): Targets {
  const here = hostPlatform().platform;
  const build = builds.find(({ platform }) => platform === here) ?? builds[0];
  return {
    explain: {
      executor: '@millwright/cargo:explain',
      cache: false,
      ...(build === undefined
        ? { options: { task: 'check' } }
        : {
            dependsOn: [{ target: 'resolve', projects: [workspaceProject] }],
            options: { task: buildTargetName(build) },
            configurations: Object.fromEntries(configurations.map((name) => [name, {}])),
            defaultConfiguration: 'release',
          }),
      metadata: {
        description: 'Lists the inputs of the hash of a task, and what changed since its last result',
      },
    },
  };
}

/** Returns the target that starts a binary. */
export function runTarget(): Targets {
  return {
    run: {
      executor: '@millwright/cargo:run',
      cache: false,
      metadata: { description: 'Builds and starts the binary' },
    },
  };
}
