import { join } from 'node:path';
import { closest } from '../text/closest.js';
import { isMapping, type Mapping } from '../text/documents.js';
import { toolkitError } from '../errors.js';
import { nxRun } from '../text/shell-word.js';
import { optionValues, parseNxCommand } from './nx-command.js';
import { readText } from '../files/read-text.js';
import { nxDataFolder } from '../state/state.js';

/**
 * Rejects a configuration that a target does not have. Nx would silently run the default one.
 * @param argv `process.argv` of Nx
 * @param graph returns the projects in Nx's graph; called only if the command line names a configuration
 * @throws MillwrightError CONFIGURATION_UNKNOWN
 */
export function rejectUnknownConfiguration(argv: readonly string[], graph: () => Mapping): void {
  const requested = configurationIn(argv);
  if (requested === undefined) return;
  const { project, target, configuration } = requested;
  const found = record(record(record(record(graph()[project]).data).targets)[target]);
  if (typeof found.executor !== 'string' || !isOurs(record(record(graph()[project]).data))) return;
  const known = Object.keys(record(found.configurations));
  if (known.length === 0 || known.includes(configuration)) return;
  const near = closest(configuration, known);
  throw toolkitError('CONFIGURATION_UNKNOWN', {
    what: `${project}:${target} has no configuration ${configuration}`,
    why: `available configurations: ${known.join(', ')}`,
    ...(near === undefined ? {} : { remedy: nxRun(`${project}:${target}:${near}`) }),
  });
}

/** Returns the projects of Nx's last graph, by name. */
export function cachedProjects(workspaceRoot: string): Mapping {
  try {
    const graph: unknown = JSON.parse(
      readText(join(nxDataFolder(workspaceRoot), 'project-graph.json')) ?? '{}',
    );
    return record(record(graph).nodes);
  } catch {
    return {};
  }
}

/**
 * Returns the folder of a project in the last graph, relative to the workspace. Undefined if there is no
 * such project.
 */
export function cachedProjectRoot(workspaceRoot: string, project: string): string | undefined {
  const { root } = record(record(cachedProjects(workspaceRoot)[project]).data);
  return typeof root === 'string' ? root : undefined;
}

/**
 * Parses `nx run project:target:configuration`, `nx run project:target -c configuration` and `nx target
 * project -c …`.
 */
function configurationIn(argv: readonly string[]) {
  const { project, target, beforeSeparator } = parseNxCommand(argv);
  if (project === undefined || target === undefined) return undefined;
  const args = beforeSeparator.map((arg) => arg.replace(/^-c(?==|$)/, '--configuration'));
  const configuration =
    /^[^:]+:[^:]+:([^:]+)$/.exec(beforeSeparator[0] ?? '')?.[1] ?? optionValues('configuration', args)[0];
  return configuration === undefined ? undefined : { project, target, configuration };
}

function isOurs(project: Mapping): boolean {
  return Object.values(record(project.targets)).some((target) => {
    const { executor } = record(target);
    return typeof executor === 'string' && executor.startsWith('@millwright/');
  });
}

function record(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}
