import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { ExecutorContext, ProjectGraph, TaskGraph, TaskResult } from '@nx/devkit';
import { formatError, parseOptions } from '@millwright/toolkit';
import { refreshChecksums } from '@millwright/artifacts';
import { type BatchEnvironment, buildBatch, type BuildOutcome, type BuildTask } from './batch.js';
import type { DeclaredInputs } from '../../graph/sources/undeclared.js';
import { LocalCrates } from '../../freshness/local-crates.js';
import { declaredInputs } from './declared-inputs.js';
import { schema } from './schema.js';

const where = '@millwright/cargo:cargo-cross';

/** Builds one crate for one platform. */
export async function buildTask(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  let outcome: BuildOutcome | undefined;
  try {
    const task: BuildTask = {
      id: '',
      folder: join(context.root, project?.root ?? ''),
      options: parseOptions(schema, options, where),
    };
    const declared = declaredBy(context.projectGraph, context.projectName ?? '', context.targetName ?? '');
    await buildBatch([task], {
      ...environmentOf(context.root, context.projectGraph),
      declaredBy: () => declared,
      report: (_, result) => {
        outcome = result;
      },
    });
    await refreshChecksums(context.root);
  } catch (error) {
    console.error(formatError(error));
    return { success: false };
  }
  process.stdout.write(outcome?.text ?? '');
  return { success: outcome?.success === true };
}

/** Builds all crates and platforms of a run together; results come as each is handed over. */
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
  void buildAll(taskGraph, inputs, context, report).finally(() => results.push(null));
  return results[Symbol.asyncIterator]() as AsyncIterator<{ task: string; result: TaskResult }>;
}

async function buildAll(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, unknown>>,
  context: ExecutorContext,
  report: BatchEnvironment['report'],
): Promise<void> {
  const reported = new Set<string>();
  const once: BatchEnvironment['report'] = (taskId, outcome) => {
    reported.add(taskId);
    report(taskId, outcome);
  };
  const failWith = (taskId: string, error: unknown) => {
    const now = Date.now();
    once(taskId, { success: false, text: `${formatError(error)}\n`, startTime: now, endTime: now });
  };
  const tasks: BuildTask[] = [];
  for (const [id, task] of Object.entries(taskGraph.tasks)) {
    try {
      const options = parseOptions(schema, inputs[id], where);
      tasks.push({ id, folder: resolve(context.root, task.projectRoot ?? ''), options });
    } catch (error) {
      failWith(id, error);
    }
  }
  try {
    await buildBatch(tasks, {
      ...environmentOf(context.root, context.projectGraph),
      declaredBy: (taskId) => {
        const target = taskGraph.tasks[taskId]?.target;
        return target && declaredBy(context.projectGraph, target.project, target.target);
      },
      report: once,
    });
    await refreshChecksums(context.root);
  } catch (error) {
    for (const id of Object.keys(taskGraph.tasks).filter((task) => !reported.has(task))) failWith(id, error);
  }
}

function declaredBy(graph: ProjectGraph, project: string, target: string): DeclaredInputs | undefined {
  const data = graph.nodes[project]?.data;
  return data && declaredInputs(data.targets?.[target]?.inputs ?? [], data.root);
}

function environmentOf(root: string, graph: ProjectGraph): Omit<BatchEnvironment, 'report' | 'declaredBy'> {
  return {
    verbose: process.env.NX_VERBOSE_LOGGING === 'true',
    crates: new LocalCrates(
      root,
      Object.values(graph.nodes).map((node) => node.data.root),
    ),
    repositoryRoot: root,
    color:
      process.env.FORCE_COLOR !== undefined &&
      process.env.FORCE_COLOR !== '0' &&
      process.env.FORCE_COLOR !== 'false',
    output: {
      inPlace: process.stdout.isTTY || process.env.NX_TUI === 'true',
      write: (text) => process.stdout.write(text),
      now: () => Date.now(),
    },
    dependsOn: (folder, on) => reaches(graph, root, folder, on),
  };
}

function reaches(graph: ProjectGraph, root: string, folder: string, on: string): boolean {
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
