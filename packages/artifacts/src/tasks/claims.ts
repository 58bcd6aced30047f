import { posix } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration, TaskGraph } from '@nx/devkit';
import { configurationNames, configuredOptions } from '@millwright/toolkit';
import { artifactError } from '../errors.js';
import { foldCase } from '../layout/project-folders.js';

type Projects = Readonly<Record<string, Pick<ProjectConfiguration, 'targets'>>>;

/** Determines which projects and tasks write which files, by their declared outputs. */
export class Claims {
  private readonly projectsByPath = new Map<string, Set<string>>();
  private readonly tasksByPath = new Map<string, Set<string>>();

  /**
   * @param projects all projects of the Nx workspace
   * @param taskGraph the tasks that run together; their outputs can depend on command-line options
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
   * Rejects a task if another project or task of the run writes one of its outputs, because the later one
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
        why: 'both targets declare this output, and one build would overwrite the other',
      });
    }
  }
}

/**
 * Returns the declared outputs of a target in each of its configurations, relative to the Nx workspace.
 * Outputs relative to a project folder are excluded.
 */
export function declaredOutputs(target: TargetConfiguration): string[] {
  return [undefined, ...configurationNames(target)].flatMap((name) => outputsIn(target, name));
}

/** Returns the declared output of a target in a configuration for an artifact name, if any. */
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

/** Replaces options in an output. Returns undefined if one of them is not set, as Nx does. */
function withOptions(output: string, options: Readonly<Record<string, unknown>>): string | undefined {
  const names = [...output.matchAll(/\{options\.(\w+)\}/g)].map(([, name = '']) => name);
  if (names.some((name) => typeof options[name] !== 'string')) return undefined;
  return output.replace(/\{options\.(\w+)\}/g, (_, name: string) => String(options[name]));
}

function add(map: Map<string, Set<string>>, path: string, claimant: string): void {
  const key = foldCase(path);
  const known = map.get(key);
  if (known) known.add(claimant);
  else map.set(key, new Set([claimant]));
}

function others(map: ReadonlyMap<string, ReadonlySet<string>>, path: string, self: string): string[] {
  return [...(map.get(foldCase(path)) ?? [])].filter((claimant) => claimant !== self);
}
