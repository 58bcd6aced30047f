import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import type { ExecutorContext, ProjectGraph, Task, TaskGraph, TaskResult } from '@nx/devkit';
import { formatError, hasColour, isVerbose } from '@millwright/toolkit';
import { saveBatchRecord } from '@millwright/toolkit/explain';
import { refreshChecksums } from '@millwright/artifacts';
import { type BatchEnvironment, buildBatch, type BuildOutcome } from './batch.js';
import type { DeclaredInputs } from '../../../source-scan/undeclared.js';
import { LocalCrates } from '../../../hashing/local-crates.js';
import { cliOverridesVariable, inputsVariableOf } from '../../../hashing/task-variables.js';
import { declaredInputs } from '../../../hashing/declared-inputs.js';
import { EditedFiles } from '../../../hashing/edited-files.js';
import { watchLockFiles } from '../../../cargo-cli/new-lock-files.js';
import { TaskReader } from '../plan/task-options.js';
import type { BuildTask } from '../plan/build-task.js';

/** Builds one crate for one platform. */
export async function buildTask(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName: project = '', targetName: target = '', configurationName: configuration } = context;
  const isThis = ({ target: other }: Task) =>
    other.project === project && other.target === target && other.configuration === configuration;
  const task = Object.values(context.taskGraph?.tasks ?? {}).find(isThis) ?? {
    id: `${project}:${target}`,
    target: { project, target },
    projectRoot: context.projectsConfigurations.projects[project]?.root ?? '',
    overrides: {},
    outputs: [],
    cache: false,
    parallelism: true,
  };
  let outcome: BuildOutcome | undefined;
  await buildAll([task], { [task.id]: options }, context, (_, result) => {
    outcome = result;
  });
  process.stdout.write(outcome?.text ?? '');
  return { success: outcome?.success === true };
}

/** Builds all crates and platforms of a run together; yields each result when its artifacts are placed. */
export function buildTasks(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, unknown>>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncIterator<{ task: string; result: TaskResult }> {
  const results = new Readable({ objectMode: true, read: () => undefined });
  const report = (taskId: string, outcome: BuildOutcome) => {
    const { success, text, startTime, endTime } = outcome;
    results.push({ task: taskId, result: { success, terminalOutput: text, startTime, endTime } });
  };
  void buildAll(Object.values(taskGraph.tasks), inputs, context, report).finally(() => results.push(null));
  return results[Symbol.asyncIterator]() as AsyncIterator<{ task: string; result: TaskResult }>;
}

async function buildAll(
  tasks: readonly Task[],
  inputs: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
  report: BatchEnvironment['report'],
): Promise<void> {
  const reported = new Set<string>();
  const once: BatchEnvironment['report'] = (taskId, outcome) => {
    reported.add(taskId);
    report(taskId, outcome);
  };
  const reportNow = (taskId: string, success: boolean, text: string) => {
    const now = Date.now();
    once(taskId, { success, text: `${text}\n`, artifacts: [], startTime: now, endTime: now });
  };
  // Nx passes only the batch's tasks; the context contains all tasks of the run.
  const reader = new TaskReader(context, context.taskGraph ?? { tasks: {} });
  const toBuild: BuildTask[] = [];
  for (const task of tasks) {
    try {
      const read = reader.read(task, inputs[task.id]);
      if ('task' in read) toBuild.push(read.task);
      else reportNow(task.id, true, read.skipped);
    } catch (error) {
      reportNow(task.id, false, formatError(error, { colour: isColoured() }));
    }
  }
  const targets = new Map(tasks.map(({ id, target }) => [id, target]));
  try {
    const environment = environmentOf(context.root, context.projectGraph);
    const { crates } = environment;
    const closure = crates.closureOf(tasks.map(({ projectRoot = '.' }) => projectRoot));
    const newLockFiles = watchLockFiles(
      context.root,
      closure.map(({ workspaceRoot }) => join(context.root, workspaceRoot)),
    );
    const split = await buildBatch(toBuild, {
      ...environment,
      editing: await EditedFiles.start(context.root, crates, closure, 'built', context.taskGraph),
      declaredBy: (taskId) => {
        const target = targets.get(taskId);
        return target && declaredBy(context, target.project, target.target, crates);
      },
      inputsVariableOf: (taskId) => {
        const task = tasks.find(({ id }) => id === taskId);
        return inputsVariableOf(task?.projectRoot ?? '.', task?.target.target ?? '');
      },
      taskNameOf: (taskId) => taskId,
      report: once,
    });
    for (const note of newLockFiles()) environment.output.write(`${note}\n`);
    saveBatchRecord(context.root, split);
    await refreshChecksums(context.root);
  } catch (error) {
    for (const { id } of tasks.filter((task) => !reported.has(task.id)))
      reportNow(id, false, formatError(error, { colour: isColoured() }));
  }
}

function declaredBy(
  { projectGraph, root }: Pick<ExecutorContext, 'projectGraph' | 'root'>,
  project: string,
  target: string,
  crates: LocalCrates,
): DeclaredInputs | undefined {
  const data = projectGraph.nodes[project]?.data;
  const declared = data && declaredInputs(data.targets?.[target]?.inputs ?? [], data.root);
  if (declared === undefined) return undefined;
  const closure = crates.closureOf([data?.root ?? '.']);
  const overridesVariable = closure[0] && cliOverridesVariable(closure[0].workspaceRoot);
  // The variable covers all crates of the workspace, because command-line options can add any of them to the build.
  if (
    overridesVariable === undefined ||
    !declared.hasVariable(overridesVariable) ||
    !process.env[overridesVariable]
  )
    return declared;
  const files = new Set(
    closure.flatMap((crate) => crates.watchedFiles(crate, 'built')).map((path) => relative(root, path)),
  );
  return { ...declared, hasFile: (path) => declared.hasFile(path) || files.has(path) };
}

function environmentOf(
  root: string,
  graph: ProjectGraph,
): Omit<BatchEnvironment, 'report' | 'declaredBy' | 'inputsVariableOf' | 'taskNameOf' | 'editing'> {
  return {
    verbose: isVerbose(),
    crates: new LocalCrates(
      root,
      Object.values(graph.nodes).map((node) => node.data.root),
    ),
    repositoryRoot: root,
    isProject: (name) => name in graph.nodes,
    color: isColoured(),
    output: {
      inPlace: process.stdout.isTTY || process.env.NX_TUI === 'true',
      write: (text) => process.stdout.write(text),
      now: () => Date.now(),
    },
    dependsOn: (folder, on) => dependsOn(graph, root, folder, on),
  };
}

function dependsOn(graph: ProjectGraph, root: string, folder: string, on: string): boolean {
  const byFolder = new Map(Object.values(graph.nodes).map((node) => [join(root, node.data.root), node.name]));
  const start = byFolder.get(folder);
  const goal = byFolder.get(on);
  if (start === undefined || goal === undefined) return true;
  const seen = new Set([start]);
  for (const name of seen) {
    if (name === goal) return true;
    for (const edge of graph.dependencies[name] ?? []) seen.add(edge.target);
  }
  return false;
}

/** Nx passes the output of tasks to the terminal, and sets FORCE_COLOR if it supports colour. */
function isColoured(): boolean {
  return hasColour(process.env, process.stdout.isTTY);
}
