export * from './core.js';
export { announceArguments, argumentsFor, ownOptions, unparsedOption } from './nx/program-arguments.js';
export { checkFolder, folderState } from './doctor/folders.js';
export { folderFinding, optionalProgram } from './doctor/findings.js';
export { availableMemory } from './machine/memory.js';
export { type NxCommand, optionValues, parseNxCommand } from './nx/nx-command.js';
export { glibcVersion } from './options/glibc-version.js';
export { describeIssues, nxSchema, parseOptions } from './options/options.js';
export {
  hasChoice,
  type PlatformChoice,
  type PlatformTarget,
  replacementTargets,
} from './platforms/platform-selection.js';
export { observeProcesses, onStop, type ProcessObserver } from './process/process-tree.js';
export { run, type RunOptions, type RunResult } from './process/process.js';
export { type ProcessUsage, UsageMeter } from './process/process-usage.js';
export { findZig, gnuPrefix } from './machine/cross-compilers.js';
export { DigestCache } from './state/digest-cache.js';
export { PartsHash } from './state/parts-hash.js';
export {
  cloneDocument,
  expandedSize,
  findPrototypeKey,
  isDeeperThan,
  isMapping,
  type Mapping,
  mergeInto,
  ownValue,
  unlessTooDeep,
  yamlOptions,
} from './text/documents.js';
export { expandVariables } from './text/expand-variables.js';
export { firstLine, lastLine } from './text/reported-line.js';
export { privateFolder } from './files/private-folder.js';
export { diskFiles, type RepositoryFiles } from './files/disk-files.js';
export { namesIn } from './files/names-in.js';
export { foldersAbove, namesInDotEnv } from './files/dot-env.js';
export { type GitOptions, repositoryAbove, runGit } from './git/git.js';
export { escapeGlob, filesInput, folderInput, pathInput, pathsInput } from './files/globs.js';
export { gitRevision } from './git/git-revision.js';
export {
  gitChanges,
  gitState,
  type GitVariables,
  gitVariables,
  repositoryOfGitFile,
} from './git/git-state.js';
export { isExecutable, onPath } from './environment/programs.js';
export { rejectOptionsBeforeSeparator } from './nx/dropped-options.js';
export { ReadBudget } from './files/read-budget.js';
export { warnOnce } from './errors/warn-once.js';
export { statOf } from './files/stat.js';
export {
  readState,
  readWorkspaceState,
  writeWorkspaceState,
  type StateFormat,
  taskOutputFolder,
  workspaceDataFolder,
  writeState,
} from './state/state.js';
export { configurationNames, configuredOptions, type TargetWithOptions } from './options/target-options.js';
export { withIgnored } from './git/gitignore.js';
export { announceSelection, isSelectionAnnounced, selectionIn } from './nx/selection.js';
export { isVerbose, runExecutor } from './nx/run-executor.js';
export { fetchArguments, gitlinkInput, parseSubmodules, type Submodule } from './git/submodules.js';
export { submoduleFolders } from './git/submodule-folders.js';
export {
  editedInputs,
  formatInputsRecord,
  type InputsRecord,
  inputsVariable,
  parseInputsRecord,
  type UndeclaredInput,
  type UndeclaredName,
} from './undeclared-inputs/record.js';
export { filesBelow, type InputPlaces } from './undeclared-inputs/present-state.js';
export { InputWatch, type Writers } from './undeclared-inputs/input-watch.js';
export { announceRunStart, fileTime } from './undeclared-inputs/run-start.js';
export { variableInputs } from './undeclared-inputs/variable-inputs.js';
export {
  changedInputs,
  checkTaskInputs,
  hashKnownInputs,
  knownInputStates,
  observeInputs,
  type StaleResult,
  type TaskOutcome,
} from './undeclared-inputs/task-inputs.js';
export { beforeTasks } from './nx/before-tasks.js';
export { cachedProjectRoot } from './nx/configurations.js';
export { invalidFilesWarning } from './nx/invalid-files.js';
export { formatList } from './text/format-list.js';
export { parsePluginOptions } from './options/plugin-options.js';
export { parseTaskOptions } from './options/task-options.js';
export { renamedNote } from './project-names/renamed.js';
export { implicitEdge } from './nx/implicit-edge.js';
export { logToNx } from './nx/log-to-nx.js';
export { type GraphReport, reportGraph } from './nx/graph-report.js';
export { isComposeFile } from './project-names/claims.js';
export { cargoNames, goModuleName, isCrateName, isTemplate } from './project-names/manifest-names.js';
export { projectNames } from './project-names/project-names.js';
export type { ProjectName } from './project-names/unique-names.js';
export { isWordCharacter } from './text/word-character.js';
export { type YamlProblem, yamlProblem } from './text/yaml-problem.js';
export { targetsHostCpu, hostCpuIdentity, hostCpuVariable } from './machine/host-cpu.js';
