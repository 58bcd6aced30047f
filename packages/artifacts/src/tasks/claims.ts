import { posix } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration, TaskGraph } from '@nx/devkit';
import { configurationNames, configuredOptions } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { caseless } from '../layout/project-folders.js';

type Projects = Readonly<Record<string, Pick<ProjectConfiguration, 'targets'>>>;

/** Which projects and tasks hand over which files, by the outputs that they declare. */
export class Claims {
  private readonly projectsByPath = new Map<string, Set<string>>();
  private readonly tasksByPath = new Map<string, Set<string>>();

  /**
   * @param projects all projects of the Nx workspace
   * @param taskGraph the tasks that run together; their outputs follow from options on the command line too
   */
  constructor(
    projects: Projects,
    private readonly taskGraph: Pick<TaskGraph, 'tasks'>,
  ) {
    for (const [project, { targets = {} }] of Object.entries(projects)) {
      for (const target of Object.values(targets)) {
        for (const path of declaredOutputs(target)) add(this.projectsByPath, path, project);
      }
    }
    for (const [id, { outputs }] of Object.entries(taskGraph.tasks)) {
      for (const path of outputs) add(this.tasksByPath, posix.normalize(path), id);
    }
  }

  /**
   * Refuses a task whose outputs another project or another task of the run hands over too: whichever comes last
   * would replace the other's file.
   * @throws MillwrightError ARTIFACT_NAME_TAKEN
   */
  check(taskId: string): void {
    const task = this.taskGraph.tasks[taskId];
    if (task === undefined) return;
    const { project } = task.target;
    for (const path of task.outputs.map((output) => posix.normalize(output))) {
      const tasks = others(this.tasksByPath, path, taskId);
      const projects = others(this.projectsByPath, path, project);
      const [first] = [...tasks, ...projects];
      if (first === undefined) continue;
      throw artifactError('ARTIFACT_NAME_TAKEN', {
        what: `${tasks.includes(first) ? taskId : project} and ${first} would both write ${path}`,
        why: 'both declare it as an output, and the later build would replace the earlier one',
      });
    }
  }
}

/**
 * The paths that a target declares as its outputs, in each of its configurations, relative to the Nx workspace; those
 * that lean on a project's folder are left out.
 */
export function declaredOutputs(target: TargetConfiguration): string[] {
  return [undefined, ...configurationNames(target)].flatMap((name) => outputsIn(target, name));
}

/** Where a target in a configuration puts the artifact of a name; undefined where it declares none of that name. */
export function declaredArtifact(
  target: TargetConfiguration,
  configuration: string,
  name: string,
): string | undefined {
  return outputsIn(target, configuration).find((path) => posix.basename(path) === name);
}

function outputsIn(target: TargetConfiguration, configuration: string | undefined): string[] {
  const options = configuredOptions(target, configuration);
  return (target.outputs ?? []).flatMap((output) => {
    const path = withOptions(output, options)?.replace(/^\{workspaceRoot\}\//, '');
    return path === undefined || path.includes('{') ? [] : [posix.normalize(path)];
  });
}

/** An output with the values of options in place; undefined where one of them is not set, as Nx has it. */
function withOptions(output: string, options: Readonly<Record<string, unknown>>): string | undefined {
  const names = [...output.matchAll(/\{options\.(\w+)\}/g)].map(([, name = '']) => name);
  if (names.some((name) => typeof options[name] !== 'string')) return undefined;
  return output.replace(/\{options\.(\w+)\}/g, (_, name: string) => String(options[name]));
}

function add(map: Map<string, Set<string>>, path: string, claimant: string): void {
  const key = caseless(path);
  const known = map.get(key);
  if (known) known.add(claimant);
  else map.set(key, new Set([claimant]));
}

function others(map: ReadonlyMap<string, ReadonlySet<string>>, path: string, self: string): string[] {
  return [...(map.get(caseless(path)) ?? [])].filter((claimant) => claimant !== self);
}
