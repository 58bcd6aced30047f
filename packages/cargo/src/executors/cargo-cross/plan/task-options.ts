import { resolve } from 'node:path';
import type { ExecutorContext, Task, TaskGraph } from '@nx/devkit';
import { Claims } from '@millwright/artifacts';
import {
  configuredOptions,
  isSelectionAnnounced,
  parseTaskOptions,
  type PlatformChoice,
  replacementTargets,
  tripleOf,
} from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import { selectionVariable } from '../../../hashing/task-variables.js';
import { buildOptions, type CargoCrossOptions } from '../../../options/build-options.js';
import type { BuildTask } from './build-task.js';

/** A task to build, or the reason why another target of the run replaces it. */
export type ReadTask = { readonly task: BuildTask } | { readonly skipped: string };

const executor = '@millwright/cargo:cargo-cross';

/** Reads the tasks of a run, and checks command-line options against the configuration of each task's target. */
export class TaskReader {
  private readonly claims: Claims;

  constructor(
    private readonly context: Pick<ExecutorContext, 'root' | 'projectGraph' | 'projectsConfigurations'>,
    private readonly taskGraph: Pick<TaskGraph, 'tasks'>,
  ) {
    this.claims = new Claims(context.projectsConfigurations.projects, taskGraph);
  }

  /**
   * @param inputs the target's options, overridden by those on the command line
   * @throws MillwrightError OPTION_INVALID, OPTION_CONTRADICTS_TARGET, ARTIFACT_NAME_TAKEN
   */
  read(task: Task, inputs: unknown): ReadTask {
    const { project, target, configuration } = task.target;
    const options = parseTaskOptions(buildOptions, inputs, executor, {
      root: this.context.root,
      projectName: project,
      targetName: target,
      configurationName: configuration,
      taskGraph: this.taskGraph,
      projectGraph: this.context.projectGraph,
    });
    const configured = configuredOptions(
      this.context.projectGraph.nodes[project]?.data.targets?.[target] ?? {},
      configuration,
    );
    const requested = requestedPlatform(task, options);
    const siblings = this.siblingsOf(task);
    const running = new Set([...siblings.keys()].filter((name) => this.isInRun(project, name)));
    const own = choiceOf(configured);
    const replacements = replacementTargets({
      project,
      target,
      configured: own,
      requested,
      siblings,
      running,
    });
    if (replacements !== undefined && isSelectionAnnounced(selectionVariable, requested, process.env))
      return { skipped: `${target} was skipped: the command line selects ${replacements.join(', ')}` };
    // The task hash does not include the selection, so skipping would cache an empty success: this call throws instead.
    if (replacements !== undefined)
      replacementTargets({ project, target, configured: own, requested, siblings, running: new Set() });
    checkTriple(options, `${project}:${target}`);
    this.claims.check(task.id);
    return {
      task: {
        id: task.id,
        project,
        folder: resolve(this.context.root, task.projectRoot ?? ''),
        options,
        outputs: task.outputs,
        configured: {
          name: configuration,
          profile: text(configured.profile),
          outputPath: text(configured.outputPath),
        },
      },
    };
  }

  private isInRun(project: string, target: string): boolean {
    return Object.values(this.taskGraph.tasks).some(
      ({ target: other }) => other.project === project && other.target === target,
    );
  }

  /** Returns the platforms of the project's other targets with this executor, by target. */
  private siblingsOf({ target: { project, target } }: Task): Map<string, PlatformChoice> {
    const targets = this.context.projectGraph.nodes[project]?.data.targets ?? {};
    return new Map(
      Object.entries(targets).flatMap(([name, other]) => {
        const choice = choiceOf(configuredOptions(other, undefined));
        return name === target || other.executor !== executor || choice.platform === undefined
          ? []
          : [[name, choice] as const];
      }),
    );
  }
}

function choiceOf({ platform, libc }: Readonly<Record<string, unknown>>): PlatformChoice {
  return { platform: text(platform), libc: libc === 'gnu' || libc === 'musl' ? libc : undefined };
}

/** Returns the platform and libc that were set on the command line. */
function requestedPlatform({ overrides }: Task, { platform, libc }: CargoCrossOptions): PlatformChoice {
  const overridden = configuredOptions({ options: overrides }, undefined);
  return {
    platform: 'platform' in overridden ? platform : undefined,
    libc: 'libc' in overridden ? libc : undefined,
  };
}

/** Rejects a target triple and a platform that contradict each other. */
function checkTriple({ target, platform, libc }: CargoCrossOptions, task: string): void {
  if (target === undefined || platform === undefined || tripleOf(platform, libc) === target) return;
  throw cargoError('OPTION_CONTRADICTS_TARGET', {
    what: `${task} has conflicting options: target=${target} and platform=${platform}`,
    why: 'they select different target triples',
    remedy:
      'remove one of the options; to build for a custom triple, add a separate Nx target to project.json, and set its options `target` (the triple) and `outputPath`',
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
