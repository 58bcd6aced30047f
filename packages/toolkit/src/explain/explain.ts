import type { ExecutorContext } from '@nx/devkit';
import { z } from 'zod';
import { toolkitError } from '../errors.js';
import { nxRun, shellWord } from '../text/shell-word.js';
import { closest } from '../text/closest.js';
import { print } from '../text/print.js';
import { configurationNames } from '../options/target-options.js';
import { sourceMapOf } from '../options/source-map.js';
import { parseTaskOptions } from '../options/task-options.js';
import { runExecutor } from '../nx/run-executor.js';
import { changesBetween, withOrigins } from './changes.js';
import { observedWorkspace, projectsIn, statesOf } from './finish-run.js';
import { formatReport } from './format.js';
import { hashTask } from './observed/hash-task.js';
import { batchRecords, recordOf } from './records.js';
import { reportOf } from './report.js';
import type { ExplainedPlugin } from './run.js';

/** The options of the executor `explain` of each plugin. */
export const explainOptions = z.strictObject({
  task: z
    .string()
    .min(1)
    .describe('The target to explain. The option is not named target, because Nx takes --target for itself.')
    .meta({ example: 'build-linux-amd64' }),
  json: z.boolean().default(false).describe('Print the report as JSON.'),
});

/** Prints the hash inputs of a task, their changes since its last result, and how long that result took. */
export function explain(
  options: unknown,
  context: ExecutorContext,
  plugin: ExplainedPlugin,
): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { task: name, json } = parseTaskOptions(explainOptions, options, `${plugin.name}:explain`, context);
    const { projectName: project = '', root, projectGraph, nxJsonConfiguration } = context;
    const configuration = checkTarget(name, project, context);
    const { task, dependencies } = await hashTask(context, { project, target: name, configuration });
    const projects = projectsIn(projectGraph.nodes);
    const workspace = await observedWorkspace(root, projects, nxJsonConfiguration, plugin);
    const now = (await statesOf([task, ...dependencies], workspace, plugin)).get(task.id);
    if (now === undefined) return false;
    workspace.cache.save();
    const record = recordOf(root, task.id);
    const sourceMap = sourceMapOf(root, projectGraph.nodes[project]?.data.root ?? '');
    const report = reportOf({
      task: task.id,
      configuration: task.target.configuration,
      hash: task.hash ?? '',
      now,
      record,
      changes: record && withOrigins(changesBetween(record, now, projects), name, sourceMap),
      batches: batchRecords(root),
      env: process.env,
      projects,
    });
    print(json ? JSON.stringify(report, null, 2) : formatReport(report));
    return true;
  });
}

/**
 * Returns the configuration to explain: the requested one, if the target has it.
 * @throws MillwrightError EXPLAIN_TARGET_UNKNOWN, EXPLAIN_TARGET_NOT_CACHED
 */
function checkTarget(
  name: string,
  project: string,
  { projectGraph, configurationName }: ExecutorContext,
): string | undefined {
  const targets = projectGraph.nodes[project]?.data.targets ?? {};
  const target = targets[name];
  const cached = Object.keys(targets).filter((other) => targets[other]?.cache === true);
  if (target === undefined) {
    const near = closest(name, cached);
    throw toolkitError('EXPLAIN_TARGET_UNKNOWN', {
      what: `the project ${project} has no target "${name}"`,
      why: `cached targets of the project: ${cached.join(', ')}`,
      ...(near === undefined ? {} : { remedy: `${nxRun(`${project}:explain`)} --task=${shellWord(near)}` }),
    });
  }
  if (target.cache !== true) {
    throw toolkitError('EXPLAIN_TARGET_NOT_CACHED', {
      what: `cannot explain ${project}:${name}, because the target is not cached`,
      why: `Nx only computes hashes for cached targets; the cached targets of ${project} are ${cached.join(', ')}`,
    });
  }
  const names = configurationNames(target);
  return configurationName !== undefined && names.includes(configurationName) ? configurationName : undefined;
}
