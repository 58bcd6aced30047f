import type { ExecutorContext, Task } from '@nx/devkit';
import { checkFolder, Claims } from '@millwright/artifacts';
import {
  configuredOptions,
  hostPlatform,
  isSelectionAnnounced,
  parseTaskOptions,
  platformInfo,
  type PlatformInfo,
  replacementTargets,
} from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { taskVariables } from '../../toolchain/task-variables.js';
import { type GoBuildOptions, schema } from './schema.js';

/** The options and platform of a task, or the reason why another target of the run builds instead. */
export type BuildTask =
  { readonly options: GoBuildOptions; readonly platform: PlatformInfo } | { readonly skipped: string };

const executor = '@millwright/go:build';

/**
 * Reads the options of a task, and rejects command-line options that contradict its target.
 * @throws MillwrightError OPTION_INVALID, OPTION_CONTRADICTS_TARGET, ARTIFACT_NAME_TAKEN,
 * ARTIFACT_PLACE_WRONG
 */
export function readTask(inputs: unknown, context: ExecutorContext): BuildTask {
  const options = parseTaskOptions(schema, inputs, executor, context);
  const platform = platformInfo(options.platform ?? hostPlatform().platform);
  const task = taskOf(context);
  if (task === undefined) return { options, platform };
  const instead = otherTargets(task, options, context);
  if (instead !== undefined) {
    return { skipped: `${task.target.target} was skipped: the command line selects ${instead.join(', ')}` };
  }
  checkPlace(task, options, platform, context);
  const { projects } = context.projectsConfigurations;
  new Claims(projects, context.taskGraph ?? { tasks: {} }).check(task.id);
  return { options, platform };
}

function taskOf({
  taskGraph,
  projectName,
  targetName,
  configurationName,
}: ExecutorContext): Task | undefined {
  return Object.values(taskGraph?.tasks ?? {}).find(
    ({ target: { project, target, configuration } }) =>
      project === projectName && target === targetName && configuration === configurationName,
  );
}

/** Returns the targets that build instead of this one, because the command line selects their platform. */
function otherTargets(
  { target: { project, target, configuration }, overrides }: Task,
  { platform }: GoBuildOptions,
  context: ExecutorContext,
): readonly string[] | undefined {
  const targets = context.projectsConfigurations.projects[project]?.targets ?? {};
  const requested = { platform: 'platform' in asRecord(overrides) ? platform : undefined };
  const siblings = new Map(
    Object.entries(targets).flatMap(([name, other]) => {
      const own = configuredOptions(other, undefined).platform;
      const isSibling = name !== target && other.executor === executor && typeof own === 'string';
      return isSibling ? [[name, { platform: own }] as const] : [];
    }),
  );
  const tasks = Object.values(context.taskGraph?.tasks ?? {});
  const running = tasks
    .filter((other) => other.target.project === project)
    .map((other) => other.target.target);
  const own = configuredOptions(targets[target] ?? {}, configuration).platform;
  const request = {
    project,
    target,
    configured: { platform: typeof own === 'string' ? own : undefined },
    requested,
    siblings,
  };
  const instead = replacementTargets({ ...request, running: new Set(running) });
  if (instead === undefined || isSelectionAnnounced(taskVariables.selection, requested, process.env))
    return instead;
  // Nx's hasher does not know of the selection, so it would replay this task's success for a task that
  // builds.
  return replacementTargets({ ...request, running: new Set() });
}

/** Rejects an output folder whose name contradicts the platform or profile. */
function checkPlace(
  { id, target: { project, target, configuration } }: Task,
  { profile, outputPath }: GoBuildOptions,
  { platform }: PlatformInfo,
  context: ExecutorContext,
): void {
  if (outputPath === undefined) return;
  const targets = context.projectsConfigurations.projects[project]?.targets ?? {};
  const configured = configuredOptions(targets[target] ?? {}, configuration);
  const isOwnProfile = configured.profile === undefined || configured.profile === profile;
  if (!isOwnProfile && outputPath === configured.outputPath) {
    throw goError('OPTION_CONTRADICTS_TARGET', {
      what: `${id} is configured for the profile ${String(configured.profile)}, but --profile=${profile} was passed`,
      why: `the programs would be written to the folder for ${String(configured.profile)} builds`,
      remedy: `run ${project}:${target}:${profile}, which uses this profile, or pass --outputPath as well`,
    });
  }
  checkFolder(outputPath, {
    platform,
    libc: undefined,
    configuration: isOwnProfile ? configuration : profile,
  });
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
