import { resolve } from 'node:path';
import type { ExecutorContext, Task, TaskGraph } from '@nx/devkit';
import { Claims } from '@millwright/artifacts';
import {
  configuredOptions,
  isSelectionAnnounced,
  parseOptions,
  type PlatformChoice,
  selectedInstead,
  tripleOf,
} from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import { selectionVariable } from '../../../hashing/task-variables.js';
import { buildOptions, type CargoCrossOptions } from '../../../options/build-options.js';
import type { BuildTask } from './build-task.js';

/** A task that is to be built, or why another target of the run is built in its place. */
export type ReadTask = { readonly task: BuildTask } | { readonly skipped: string };

const executor = '@millwright/cargo:cargo-cross';

/** Reads the tasks of a run, and holds the options of the command line against those of each task's target. */
export class TaskReader {
  private readonly claims: Claims;

  constructor(
    private readonly context: Pick<ExecutorContext, 'root' | 'projectGraph' | 'projectsConfigurations'>,
    private readonly taskGraph: Pick<TaskGraph, 'tasks'>,
  ) {
    this.claims = new Claims(context.projectsConfigurations.projects, taskGraph);
  }

  /**
   * @param inputs the options of the task's target with those of the command line in their place
   * @throws MillwrightError OPTION_INVALID, OPTION_CONTRADICTS_TARGET, ARTIFACT_NAME_TAKEN
   */
  read(task: Task, inputs: unknown): ReadTask {
    const { project, target, configuration } = task.target;
    const options = parseOptions(buildOptions, inputs, executor);
    const configured = configuredOptions(
      this.context.projectGraph.nodes[project]?.data.targets?.[target] ?? {},
      configuration,
    );
    const asked = askedFor(task, options);
    const siblings = this.siblingsOf(task);
    const running = new Set([...siblings.keys()].filter((name) => this.runs(project, name)));
    const own = choiceOf(configured);
    const instead = selectedInstead({ project, target, own, asked, siblings, running });
    if (instead !== undefined && isSelectionAnnounced(selectionVariable, asked, process.env))
      return { skipped: `${target} was not asked for; ${instead.join(', ')} builds` };
    // Nobody told Nx's hasher, which would replay this task's success for one that builds.
    if (instead !== undefined) selectedInstead({ project, target, own, asked, siblings, running: new Set() });
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

  private runs(project: string, target: string): boolean {
    return Object.values(this.taskGraph.tasks).some(
      ({ target: other }) => other.project === project && other.target === target,
    );
  }

  /** What the project's other targets of this executor build for. */
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

/** What the command line alone asks for. */
function askedFor({ overrides }: Task, { platform, libc }: CargoCrossOptions): PlatformChoice {
  const given = configuredOptions({ options: overrides }, undefined);
  return { platform: 'platform' in given ? platform : undefined, libc: 'libc' in given ? libc : undefined };
}

/** Refuses a target triple beside a platform that is built by another one. */
function checkTriple({ target, platform, libc }: CargoCrossOptions, task: string): void {
  if (target === undefined || platform === undefined || tripleOf(platform, libc) === target) return;
  throw cargoError('OPTION_CONTRADICTS_TARGET', {
    what: `${task} is to build for ${target} and for ${platform}`,
    why: 'the options "target" and "platform" are both set, and name different platforms',
    remedy: 'Set one of them: in a target of your own, whose name and outputPath say what it builds.',
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
