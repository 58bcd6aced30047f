import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { Stack, StackVariant } from './stacks.js';

type Targets = Record<string, TargetConfiguration>;

const executor = '@millwright/compose:docker-mount-compose';

const descriptions = {
  up: 'Builds and checks what is mounted, starts the stack, waits until it is ready, and takes it down with Ctrl-C',
  watch: 'As up; after each change to what is mounted builds it and restarts the services concerned',
  check: 'Holds what is mounted against the images that it goes into; starts nothing',
  e2e: 'Starts the stack, runs its test and takes it down',
  down: 'Takes the stack down',
  ps: "Lists the stack's containers",
  logs: "Shows the services' logs",
  config: 'Shows the stack as Compose understands it, without the values of variables',
} as const;

type Command = keyof typeof descriptions;

/**
 * The targets of a stack.
 * @param shared whether the folder also belongs to a crate or module, whose targets `check` and `test` are taken
 */
export function stackTargets(stack: Stack, options: PluginOptions, shared: boolean): Targets {
  const builds = buildsOf(stack, options);
  // What is mounted is built by the projects that the graph's edges lead to.
  const dependsOn = builds.map((target) => ({ target, dependencies: true }));
  const inputs = [
    '{projectRoot}/**/*',
    ...[...stack.reads, ...stack.variables]
      .filter((path) => posix.dirname(path) !== stack.root)
      .map((path) => `{workspaceRoot}/${path}`),
    { dependentTasksOutputFiles: '**/*.sha256' },
    { externalDependencies: [] },
  ];
  const target = (command: Command, more: Partial<TargetConfiguration>): TargetConfiguration => ({
    executor,
    cache: false,
    options: {
      command,
      ...optionsOf(stack.main, command),
      ...(options.platform === undefined ? {} : { platform: options.platform }),
    },
    configurations: configurationsOf(stack, command),
    metadata: { description: descriptions[command] },
    ...more,
  });
  const lasting = { continuous: true, readyWhen: { signal: true }, dependsOn, inputs } as const;
  const plain = { inputs: ['{projectRoot}/**/*', { externalDependencies: [] }] };
  return {
    up: target('up', lasting),
    watch: target('watch', lasting),
    [shared ? 'check-stack' : 'check']: target('check', { dependsOn, inputs }),
    ...(e2eOf(stack) ? { e2e: target('e2e', { dependsOn, inputs }) } : {}),
    down: target('down', plain),
    ps: target('ps', plain),
    logs: target('logs', plain),
    config: target('config', plain),
  };
}

function e2eOf({ main, variants }: Stack): boolean {
  return [main, ...variants].some(({ extension }) => extension.e2e !== undefined);
}

/** The targets that build what any of the variants mounts. */
function buildsOf({ main, variants }: Stack, options: PluginOptions): string[] {
  const all = [main, ...variants];
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const usual = `build-${platformSlug(platform)}`;
  const given = all.flatMap(({ extension }) => extension.mounts ?? []).map(({ target }) => target ?? usual);
  const bound = all.some(({ binds }) => binds.some((path) => path.startsWith('artifacts/')));
  return [...new Set([...given, ...(bound ? [usual] : [])])].sort();
}

function optionsOf({ files, extension }: StackVariant, command: Command): Record<string, unknown> {
  const mounts = extension.mounts ?? [];
  return {
    files,
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(command === 'e2e' && extension.e2e ? { e2e: extension.e2e } : {}),
  };
}

/** The configurations of crates, whose artifacts are mounted, and one for each variant. */
function configurationsOf(stack: Stack, command: Command): Record<string, Record<string, unknown>> {
  const ofBuilds = Object.fromEntries(
    ['release', 'dev', 'testing'].map((name) => [name, { configuration: name }]),
  );
  const ofVariants = Object.fromEntries(
    stack.variants.map((variant) => [variant.name, optionsOf(variant, command)]),
  );
  return { ...ofBuilds, ...ofVariants };
}
