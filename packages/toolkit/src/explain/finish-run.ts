import { DigestCache } from '../state/digest-cache.js';
import { isMapping } from '../text/documents.js';
import { cachedProjects } from '../nx/configurations.js';
import { logToNx } from '../nx/log-to-nx.js';
import { changesBetween, type TaskState } from './changes.js';
import { formatChanges } from './format.js';
import type { HashedInputs, TaskRecord } from './observed/inputs.js';
import { parseInstruction } from './observed/instructions.js';
import { type HashedTask, type ObservedWorkspace, observeInputs } from './observed/observe.js';
import { saveRecords, recordOf } from './records.js';
import { type ExplainedPlugin, type FinishedRun, shouldRecord, type RunTask } from './run.js';
import { nxFiles } from './observed/workspace-files.js';

/**
 * Records the states of the tasks of a run, with the changes since the previous states.
 * @param isVerbose whether to print the changes
 */
export async function finishRun(
  run: FinishedRun,
  plugin: ExplainedPlugin,
  isVerbose: boolean,
): Promise<void> {
  const { workspaceRoot, outcomes } = run;
  const workspace = await observedWorkspace(
    workspaceRoot,
    projectsIn(cachedProjects(workspaceRoot)),
    run.nxJson,
    plugin,
  );
  const states = await statesOf(
    outcomes.map(({ task }) => task),
    workspace,
    plugin,
  );
  const records = new Map<string, TaskRecord>();
  const lines: string[] = [];
  for (const { task, status } of outcomes) {
    const state = states.get(task.id);
    if (state === undefined) continue;
    const before = recordOf(workspaceRoot, task.id);
    const changes = before && changesBetween(before, state, workspace.projects);
    if (isVerbose) lines.push(formatChanges(task.id, status, changes));
    if (!shouldRecord(status, task.hash, before?.hash)) continue;
    const startTime = task.startTime ?? run.startTime;
    records.set(task.id, {
      ...state,
      hash: task.hash ?? '',
      status: status === 'success' ? 'ran' : 'restored',
      startTime,
      endTime: task.endTime ?? startTime,
      startedAfter: Math.max(0, startTime - run.startTime),
      outputs: task.outputs,
      ...(changes === undefined ? {} : { changes }),
    });
  }
  workspace.cache.save();
  if (records.size > 0) saveRecords(workspaceRoot, records);
  if (lines.length > 0) await logToNx('log', `\n${lines.join('\n')}\n`);
}

/** Returns the current state of the workspace. */
export async function observedWorkspace(
  root: string,
  projects: ObservedWorkspace['projects'],
  nxJson: object,
  plugin: ExplainedPlugin,
): Promise<ObservedWorkspace> {
  return {
    root,
    projects,
    nxJson: { ...nxJson },
    files: nxFiles(root),
    cache: new DigestCache(),
    parts: await plugin.parts(root),
  };
}

/** Returns the state of each task, including the inputs of the tasks whose outputs it reads. */
export async function statesOf(
  tasks: readonly (HashedTask & Pick<RunTask, 'outputs'>)[],
  workspace: ObservedWorkspace,
  { name, version }: Pick<ExplainedPlugin, 'name' | 'version'>,
): Promise<Map<string, TaskState>> {
  const inputs = new Map<string, HashedInputs>();
  for (const task of tasks) inputs.set(task.id, await observeInputs(task, workspace));
  const producers = new Map(
    tasks.flatMap(({ id, outputs }) => outputs.map((output) => [output, id] as const)),
  );
  return new Map(
    [...inputs].map(([id, own]) => {
      const read = Object.keys(own.nodes).flatMap((key) => {
        const instruction = parseInstruction(key, workspace.projects);
        return instruction.kind === 'outputs' ? instruction.outputs : [];
      });
      const upstream = new Set(read.flatMap((output) => producers.get(output) ?? []));
      upstream.delete(id);
      const others = [...upstream].flatMap((other) => {
        const found = inputs.get(other);
        return found && Object.keys(found.files).length <= maxFiles ? [[other, found] as const] : [];
      });
      return [
        id,
        { plugin: `${name} ${version}`, inputs: own, upstream: Object.fromEntries(others) },
      ] as const;
    }),
  );
}

/** The maximum number of files of a task that is recorded with its dependents. */
const maxFiles = 1000;

/** Returns the definitions of the projects in the nodes of a project graph. */
export function projectsIn(nodes: Readonly<Record<string, unknown>>): ObservedWorkspace['projects'] {
  return new Map(
    Object.entries(nodes).map(([name, node]) => [
      name,
      isMapping(node) && isMapping(node.data) ? node.data : {},
    ]),
  );
}
