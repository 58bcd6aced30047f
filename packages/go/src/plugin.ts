import type { CreateDependencies, CreateNodes, PostTasksExecution, PreTasksExecution } from '@nx/devkit';
import { projectFiles, requireNode } from '@millwright/toolkit/plugin';
import { endWithParent } from '@millwright/toolkit/end-with-parent';

// Nx loads the plugin in separate processes for graphs and hooks, so each part imports only what it needs.

export const name = '@millwright/go';

requireNode(name);

endWithParent();

export const createNodes: CreateNodes = [
  projectFiles,
  async (files, options, context) => {
    const { inferProjects } = await import('./inference/infer.js');
    return inferProjects(files, options, context);
  },
];

export const createDependencies: CreateDependencies = async (_, context) => {
  const { inferDependencies } = await import('./inference/infer.js');
  return inferDependencies(context);
};

export const preTasksExecution: PreTasksExecution = async (_, { workspaceRoot, argv }) => {
  const { hashExternalInputs } = await import('./toolchain/external-inputs.js');
  const { cachedProjects, withCompleteMessage, rejectUnknownConfiguration } =
    await import('@millwright/toolkit');
  await withCompleteMessage(() => {
    rejectUnknownConfiguration(argv, () => cachedProjects(workspaceRoot));
    return hashExternalInputs(workspaceRoot, argv);
  });
};

/** Checks and lists all results, because no code of the plugin runs when Nx restores a task from its cache. */
export const postTasksExecution: PostTasksExecution = async (_, context) => {
  const { workspaceRoot, taskResults } = context;
  const { artifactSummary, finishTasks } = await import('@millwright/artifacts');
  const { logToNx } = await import('@millwright/toolkit');
  const { recordTasks } = await import('@millwright/toolkit/explain-hook');
  const { recordedModules } = await import('./manifests/recorded-modules.js');
  const { undeclaredPrefix } = await import('./toolchain/task-variables.js');
  const outcomes = Object.values(taskResults);
  const checksums = await finishTasks(workspaceRoot, undeclaredPrefix, outcomes);
  const modules = new Set(recordedModules(workspaceRoot)?.modules);
  const own = outcomes.filter(({ task }) => modules.has(task.projectRoot ?? ''));
  const { nxJsonConfiguration: nxJson, startTime } = context;
  await recordTasks({ workspaceRoot, nxJson, startTime, outcomes: own }, async () => {
    const { explainedPlugin } = await import('./explain/explained-plugin.js');
    return explainedPlugin;
  });
  const summary = artifactSummary(checksums, own);
  if (summary !== '')
    await logToNx(
      'log',
      `
${summary}
`,
    );
};
