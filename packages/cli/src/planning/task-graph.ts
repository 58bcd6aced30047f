import { z } from 'zod';
import { commandError } from '../errors.js';

/**
 * What a task does: it builds for one platform; it only stands for such builds, as `build` does; its sources are not in this
 * clone; or anything else, such as tests.
 */
type TaskKind = 'platform-build' | 'all-platforms' | 'placeholder' | 'other';

/** A task that CI can run. */
export interface CiTask {
  readonly project: string;
  readonly target: string;
  readonly executor: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly kind: TaskKind;
}

export interface TaskGraph {
  readonly tasks: readonly CiTask[];
  /** The targets that build for all platforms in some project of the workspace, such as `build`. */
  readonly allPlatforms: ReadonlySet<string>;
}

const options = z.record(z.string(), z.unknown());

/** The part of a target that is read. */
const targetConfiguration = z.object({
  executor: z.string().default(''),
  options: options.default({}),
  configurations: z.record(z.string(), options).default({}),
  defaultConfiguration: z.string().optional(),
  dependsOn: z.array(z.union([z.string(), z.object({ target: z.string() })])).default([]),
});

/** The nodes of a project graph, of which unknown parts are ignored. */
const graphNodes = z.record(
  z.string(),
  z.object({ data: z.object({ targets: z.record(z.string(), targetConfiguration).default({}) }) }),
);

/** The parts that are read of the file that `nx affected --graph=<file>` writes (Nx, graph.ts, createJsonOutput). */
const graphFile = z.object({
  graph: z.object({ nodes: graphNodes }),
  tasks: z.object({
    tasks: z.record(
      z.string(),
      z.object({
        target: z.object({
          project: z.string(),
          target: z.string(),
          configuration: z.string().optional(),
        }),
      }),
    ),
  }),
});

type Nodes = z.output<typeof graphNodes>;
type Target = z.output<typeof targetConfiguration>;

const platformBuilds: ReadonlySet<string> = new Set([
  '@millwright/cargo:cargo-cross',
  '@millwright/go:build',
]);

/**
 * Reads the task graph of a run of Nx, with the tasks that others depend on.
 * @param text the content of the file that `nx affected -t build --graph=<file>` wrote
 * @param path of the file, for messages
 * @throws MillwrightError COMMAND_FILE_UNREADABLE
 */
export function parseTaskGraph(text: string, path: string): TaskGraph {
  const { graph, tasks } = parsed(text, path);
  return {
    tasks: Object.values(tasks.tasks).flatMap(({ target: { project, target, configuration } }) => {
      for (const name of [project, target]) checkName(name, path);
      return taskOf(graph.nodes, project, target, configuration) ?? [];
    }),
    allPlatforms: allPlatformTargets(graph.nodes),
  };
}

/** Returns every task of a workspace, as if all were affected. */
export function allTasks(nodes: unknown): TaskGraph {
  const known = graphNodes.parse(nodes);
  return {
    tasks: Object.entries(known).flatMap(([project, { data }]) =>
      Object.keys(data.targets).flatMap((target) => taskOf(known, project, target, undefined) ?? []),
    ),
    allPlatforms: allPlatformTargets(known),
  };
}

function taskOf(
  nodes: Nodes,
  project: string,
  target: string,
  configuration: string | undefined,
): CiTask | undefined {
  const targets = nodes[project]?.data.targets;
  const found = targets?.[target];
  if (targets === undefined || found === undefined) return undefined;
  const { executor, options, configurations, defaultConfiguration = '' } = found;
  return {
    project,
    target,
    executor,
    options: { ...options, ...configurations[configuration ?? defaultConfiguration] },
    kind: kindOf(found, targets),
  };
}

function kindOf({ executor, dependsOn }: Target, targets: Readonly<Record<string, Target>>): TaskKind {
  if (platformBuilds.has(executor)) return 'platform-build';
  if (executor === '@millwright/cargo:missing-sources') return 'placeholder';
  const isOverBuilds = dependsOn.some((entry) =>
    platformBuilds.has(targets[typeof entry === 'string' ? entry : entry.target]?.executor ?? ''),
  );
  return executor === 'nx:noop' && isOverBuilds ? 'all-platforms' : 'other';
}

function allPlatformTargets(nodes: Nodes): ReadonlySet<string> {
  const names = Object.values(nodes).flatMap(({ data: { targets } }) =>
    Object.keys(targets).filter((name) => {
      const target = targets[name];
      return target !== undefined && kindOf(target, targets) === 'all-platforms';
    }),
  );
  return new Set(names);
}

function parsed(text: string, path: string): z.output<typeof graphFile> {
  try {
    return graphFile.parse(JSON.parse(text));
  } catch (error) {
    throw commandError('COMMAND_FILE_UNREADABLE', {
      what: `cannot read ${path}`,
      why: 'it is not a task graph of Nx',
      remedy: `write it with \`nx affected -t build --graph=${path}\``,
      cause: error,
    });
  }
}

/** Nx separates names at commas, and some package managers' wrappers at white space. */
function checkName(name: string, path: string): void {
  if (!/[\s,\p{C}]/u.test(name) && !/^[-!]/.test(name)) return;
  throw commandError('COMMAND_FILE_UNREADABLE', {
    what: `cannot use ${path}`,
    why: `the command line of Nx cannot name ${JSON.stringify(name)}`,
    remedy: 'rename this project or target: no commas or white space, and no `-` or `!` at the beginning',
  });
}
