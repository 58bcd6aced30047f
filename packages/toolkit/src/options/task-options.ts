import type { ProjectGraph, Task } from '@nx/devkit';
import type { z } from 'zod';
import { optionOrigin, type OptionSources } from './origin.js';
import { parseOptions } from './options.js';
import { sourceMapOf } from './source-map.js';

/** The task whose options are parsed, in the workspace as the executor sees it. */
interface Context {
  readonly root: string;
  readonly projectName?: string | undefined;
  readonly targetName?: string | undefined;
  readonly configurationName?: string | undefined;
  readonly taskGraph?: { readonly tasks: Readonly<Record<string, Pick<Task, 'target' | 'overrides'>>> };
  readonly projectGraph: Pick<ProjectGraph, 'nodes'>;
}

/**
 * Parses and validates the options of a task.
 * @param executor the executor's full name
 * @throws MillwrightError OPTION_INVALID naming each option, what set it, its value and what was expected
 */
export function parseTaskOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
  executor: string,
  context: Context,
): z.output<Schema> {
  let sources: OptionSources | undefined;
  return parseOptions(schema, options, executor, (path) => {
    sources ??= sourcesOf(context);
    return optionOrigin(path, sources);
  });
}

function sourcesOf({
  root,
  projectName = '',
  targetName = '',
  configurationName,
  taskGraph,
  projectGraph,
}: Context): OptionSources {
  const task = Object.values(taskGraph?.tasks ?? {}).find(
    ({ target: { project, target, configuration } }) =>
      project === projectName && target === targetName && configuration === configurationName,
  );
  return {
    target: targetName,
    configuration: configurationName,
    overrides: task?.overrides ?? {},
    sourceMap: sourceMapOf(root, projectGraph.nodes[projectName]?.data.root ?? ''),
  };
}
