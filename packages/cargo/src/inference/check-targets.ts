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
import { commandOptionsFrom, type Targets } from '../vendored/targets.js';
import {
  cliToolchainsVariable,
  inputsVariableOf,
  taskVariables,
  compilerVariables,
  cVariables,
} from '../hashing/task-variables.js';
import { type BuildOptions, configuredTriples } from '../options/configured-triples.js';
import { filesOfCrate } from '../hashing/inputs.js';
import type { CrateFacts } from './crate-facts.js';
import { optionInputs } from './option-inputs.js';
import { configFolders } from '../manifests/config-folders.js';

/** Where a task without artifacts records what it read undeclared, relative to the Nx workspace. */
function inputsRecordPath(crateRoot: string, target: string): string {
  return `${taskOutputFolder('inputs', crateRoot)}/${target}${inputsRecordEnding}`;
}

/**
 * check, test and lint read the crate, all it depends on, for development too, and all that these depend on otherwise:
 * nobody compiles the development dependencies of dependencies. Dependencies that the user wrote count with theirs.
 */
export function checkTargets(facts: CrateFacts, options: BuildOptions): Targets {
  const { crate, workspace, gitlinks, vendored, checked, checkedProjects: projects = [], writtenFor } = facts;
  // Whatever is built, checks run on this machine, with the toolchain of its own triple.
  const triple = tripleOf(hostPlatform().platform);
  const { digest, cDigest } = taskVariables(workspace.root, triple);
  const machine = { env: digest };
  const said = commandOptionsFrom(vendored, triple);
  const inWorkspace = (path: string) => pathInput(posix.join(workspace.root, path));
  const inputs = [
    '{projectRoot}/**/*',
    ...(projects.length === 0 ? [] : [{ input: filesOfCrate, projects: [...projects] }]),
    ...(facts.hasWrittenDependencies === true ? ['^{projectRoot}/**/*'] : []),
    ...(checked?.filesets ?? []),
    inWorkspace('Cargo.toml'),
    inWorkspace('Cargo.lock'),
    ...configFolders(workspace.root).map(pathInput),
    ...gitlinks.map(gitlinkInput),
    machine,
    { env: cliToolchainsVariable },
    ...[...new Set([...compilerVariables, cDigest, ...cVariables, ...(checked?.variables ?? [])])].map(
      (env) => ({ env }),
    ),
    { externalDependencies: [] },
  ];
  const ofOptions = (target: string, executor: string, own: object) =>
    optionInputs({ options: own }, writtenFor(target, `@millwright/cargo:${executor}`));
  const cached = (executor: string, description: string): TargetConfiguration => ({
    executor: `@millwright/cargo:${executor}`,
    cache: true,
    outputs: [],
    ...(Object.keys(said).length === 0 ? {} : { options: said }),
    metadata: { description },
  });
  const compiling = (
    target: string,
    description: string,
    more: readonly string[] = [],
  ): TargetConfiguration => ({
    ...cached(target, description),
    inputs: [
      ...inputs,
      ...more,
      { env: inputsVariableOf(crate.root, target) },
      ...ofOptions(target, target, said),
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
      ...cached('format', `Tells whether ${crate.name} is formatted`),
      inputs: [
        '{projectRoot}/**/*.rs',
        // Nx puts the folder of a project into its pattern as it is.
        ...(escapeGlob(crate.root) === crate.root ? [] : [`${folderInput(crate.root)}.rs`]),
        ...filesAbove(crate.root, ['rustfmt.toml', '.rustfmt.toml']),
        machine,
        { externalDependencies: [] },
        ...ofOptions('format-check', 'format', { check: true }),
      ],
      options: { check: true },
    },
    doctor: {
      executor: '@millwright/cargo:doctor',
      cache: false,
      options: { triples: configuredTriples(options).map(({ triple }) => triple) },
      metadata: { description: `Says what this machine lacks to build ${crate.name}` },
    },
    format: {
      executor: '@millwright/cargo:format',
      cache: false,
      metadata: { description: `Formats ${crate.name}` },
    },
  };
}

/** Files of some names in a folder and in all above it, up to the repository's root. */
function filesAbove(folder: string, names: readonly string[]): string[] {
  const found: string[] = [];
  for (let current = folder; ; current = posix.dirname(current)) {
    found.push(...names.map((name) => pathInput(posix.join(current, name))));
    if (current === '.') return found;
  }
}

/** The target that starts a binary. */
export function runTarget(): Targets {
  return {
    run: {
      executor: '@millwright/cargo:run',
      cache: false,
      metadata: { description: 'Builds and starts the binary' },
    },
  };
}
