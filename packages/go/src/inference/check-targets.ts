import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { escapeGlob, gitlinkInput, inputsRecordEnding, taskOutputFolder } from '@millwright/toolkit';
import { hashedVariables, inputsVariableOf } from '../toolchain/task-variables.js';
import type { CheckedReads } from './checked-reads.js';
import type { CheckedPackage } from '../resolution/closure.js';
import { withIgnoredFiles, isOutside, sourcesInput } from './inputs.js';
import { inputsAround } from './inputs-around.js';
import type { GoModule } from '../source-scan/model.js';
import { moduleKey, nativeOption, type Targets } from './target-parts.js';

/** The facts from which the check targets of a module are derived. */
export interface CheckFacts {
  readonly module: GoModule;
  readonly name: string;
  /** The packages that the checks compile. */
  readonly checked: readonly CheckedPackage[];
  /** Files, folders and variables that their code names in literals. */
  readonly reads: CheckedReads;
  readonly sliceFiles: readonly string[];
  /** The folders of the module and of its dependencies, including those of tests and transitive ones. */
  readonly checkedFolders: readonly string[];
  /**
   * Files outside the packages' folders that the C code of these modules is compiled from, including tests.
   */
  readonly checkedNative: readonly string[];
  /** The folders of other modules inside these folders. */
  readonly foreign: readonly string[];
  /** The folders whose vendor folder go uses instead of the module cache. */
  readonly vendored: readonly string[];
  /** Returns the gitlink paths of submodules that contain any of these modules. */
  readonly gitlinksOf: (roots: readonly string[]) => readonly string[];
  readonly usesCgo: boolean;
  /** Returns the names of the subfolders of a folder. */
  readonly foldersIn: (folder: string) => readonly string[];
  /** True if a configuration file for golangci-lint applies to the module. */
  readonly configuresLint: boolean;
}

/** Returns the file for the undeclared inputs of a check, relative to the Nx workspace. */
function recordPath(root: string, target: string): string {
  return `${taskOutputFolder('go-inputs', root)}/${target}${inputsRecordEnding}`;
}

/** Returns the check targets of a module. Every module has them. */
export function checkTargets(facts: CheckFacts): Targets {
  const { module, name, reads, usesCgo, foreign, checkedNative } = facts;
  const variables = hashedVariables(usesCgo).map((env) => ({ env }));
  const inputs = checkInputs(facts);
  const native = nativeOption(checkedNative);
  const record = (target: string) => ({ inputsRecord: recordPath(module.root, target) });
  const variable = (target: string) => ({ env: inputsVariableOf(target, moduleKey(module.root)) });
  const cached = (executor: string, description: string, options: object): TargetConfiguration => ({
    executor: `@millwright/go:${executor}`,
    cache: true,
    dependsOn: ['generate', '^generate'],
    inputs,
    outputs: [],
    ...(Object.keys(options).length > 0 && { options }),
    metadata: { description },
  });
  const ownFolders = inputsAround(module.root, foreign, facts.foldersIn);
  return {
    test: {
      ...cached('test', `Runs the tests of ${name}`, { ...native, ...record('test') }),
      inputs: [
        ...inputs,
        ...withIgnoredFiles([...reads.files, ...dotEnvFiles(module.root)]),
        ...reads.folders,
        ...reads.variables.map((env) => ({ env })),
        variable('test'),
      ],
      outputs: ['{options.inputsRecord}'],
    },
    vet: {
      ...cached('vet', `Runs go vet on ${name}`, { ...native, ...record('vet') }),
      inputs: [...inputs, variable('vet')],
      outputs: ['{options.inputsRecord}'],
    },
    check: vetting(`Checks ${name} without building it: go vet`),
    lint: facts.configuresLint
      ? {
          executor: '@millwright/go:lint',
          // golangci-lint has its own cache, and its version is not an input.
          cache: false,
          dependsOn: ['generate', '^generate'],
          metadata: { description: `Runs golangci-lint on ${name}` },
        }
      : vetting(`Runs go vet on ${name}, or golangci-lint if the module has a .golangci.yml`),
    'tidy-check': cached('tidy', `Checks that go.mod and go.sum of ${name} are tidy`, {
      check: true,
    }),
    tidy: {
      executor: '@millwright/go:tidy',
      cache: false,
      metadata: { description: `Runs go mod tidy on ${name}` },
    },
    'format-check': {
      executor: '@millwright/go:format',
      cache: true,
      inputs: [
        ...ownFolders.map((glob) => `${glob}.go`),
        ...withIgnoredFiles(
          [...module.packages.values()].map(({ folder, sources }) =>
            sourcesInput(folder, [...sources.keys()]),
          ),
        ),
        ...variables,
        { externalDependencies: [] },
      ],
      outputs: [],
      options: { check: true },
      metadata: { description: `Checks the formatting of ${name}` },
    },
    format: {
      executor: '@millwright/go:format',
      cache: false,
      metadata: { description: `Formats ${name}` },
    },
  };
}

/** Returns an alias for vet, under a target name that crates have too. */
function vetting(description: string): TargetConfiguration {
  return { executor: 'nx:noop', dependsOn: ['vet'], metadata: { description } };
}

/** The configuration files of golangci-lint (its documentation, "Configuration File"). */
export const lintConfigurations = ['yml', 'yaml', 'toml', 'json'].map((ending) => `.golangci.${ending}`);

/** Returns the files from which Nx sets variables of a module's tasks. git usually ignores them. */
function dotEnvFiles(root: string): string[] {
  return [...new Set(['.', root])].map((folder) => posix.join(escapeGlob(folder), '{.env,.env.*,.*.env}'));
}

/**
 * Returns the inputs of checks: all files of the module and its dependencies, because tests may read any of
 * them, without those of other modules inside them. Sources are inputs even if git ignores them.
 */
function checkInputs(facts: CheckFacts): NonNullable<TargetConfiguration['inputs']> {
  const { checkedFolders, foreign, foldersIn, checked, vendored, checkedNative } = facts;
  const folders = checkedFolders.flatMap((root) => inputsAround(root, foreign, foldersIn));
  return [
    ...new Set([...folders, ...facts.sliceFiles.map((path) => `{workspaceRoot}/${path}`)]),
    ...withIgnoredFiles([
      ...checked.map(({ folder, sources }) => sourcesInput(folder, [...sources.keys()])),
      ...checkedNative.filter((path) => !isOutside(path)),
      ...vendored.map((folder) => posix.join(folder, 'vendor/**/*')),
    ]),
    ...facts.gitlinksOf(checkedFolders).map(gitlinkInput),
    { dependentTasksOutputFiles: '**/*.go', transitive: true },
    ...hashedVariables(facts.usesCgo).map((env) => ({ env })),
    { externalDependencies: [] },
  ];
}
