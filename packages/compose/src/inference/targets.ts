import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import { projectsOf, targetOf } from '../manifests/mounts.js';
import type { Stack, StackVariant } from '../manifests/stacks.js';

type Targets = Record<string, TargetConfiguration>;

const executor = '@millwright/compose:docker-mount-compose';

const descriptions = {
  up: 'Builds and checks the mounted binaries, starts the stack, waits until it is ready, and removes it on Ctrl-C',
  watch: 'Runs up; after each change, rebuilds the mounted binaries and restarts their services',
  check: 'Checks that the mounted binaries can run in the images of their services, without starting them',
  e2e: 'Starts the stack, runs its end-to-end test, and removes the stack',
  down: 'Stops and removes the stack',
  ps: "Lists the stack's containers",
  logs: "Shows the services' logs",
  config: 'Shows the resolved Compose configuration, without the values of variables',
} as const;

type Command = keyof typeof descriptions;

/**
 * Returns the targets of a stack.
 * @param shared true if the folder also contains a crate or module, whose target names `check` and `test`
 * are taken
 */
export function stackTargets(stack: Stack, options: PluginOptions, shared: boolean): Targets {
  const dependsOn = buildsOf(stack, options);
  const inputs = [
    '{projectRoot}/**/*',
    ...[...stack.reads, ...stack.variables]
      .filter((path) => posix.dirname(path) !== stack.root && !path.startsWith('..'))
      .map((path) => `{workspaceRoot}/${path}`),
    ...boundElsewhere(stack),
    { dependentTasksOutputFiles: '**/*.sha256' },
    { externalDependencies: [] },
  ];
  const target = (command: Command, more: Partial<TargetConfiguration>): TargetConfiguration => ({
    executor,
    cache: false,
    options: {
      command,
      ...optionsOf(stack.main, stack, command),
      ...(options.platform === undefined ? {} : { platform: options.platform }),
    },
    configurations: configurationsOf(stack, command),
    metadata: { description: `${descriptions[command]}${filesNote(stack)}` },
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

/** Names the Compose files if Compose would not find them by itself. */
function filesNote({ isDefault, main }: Stack): string {
  return isDefault ? '' : ` (${main.files.join(', ')})`;
}

/**
 * Returns inputs for volumes that bind a path outside the stack's folder: the file, or everything in the
 * folder.
 */
function boundElsewhere({ root, main, variants }: Stack): string[] {
  const binds = [main, ...variants].flatMap((variant) => variant.binds);
  const outside = [...new Set(binds)].filter(
    (path) => path !== root && !path.startsWith(`${root}/`) && !path.startsWith('..'),
  );
  return outside.sort().flatMap((path) => [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`]);
}

function e2eOf({ main, variants }: Stack): boolean {
  return [main, ...variants].some(({ extension }) => extension.e2e !== undefined);
}

/**
 * Returns the targets that build the mounts of the main stack. The dependencies in the graph cover the
 * mounts of all variants, so if a variant mounts more, the projects are listed by name.
 */
function buildsOf(stack: Stack, options: PluginOptions): NonNullable<TargetConfiguration['dependsOn']> {
  const { main, variants } = stack;
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const defaultTarget = `build-${platformSlug(platform)}`;
  const byTarget = Map.groupBy(main.extension.mounts ?? [], (mount) => targetOf(mount, defaultTarget));
  const bound = [main, ...variants].some(({ binds }) => binds.some((path) => path.startsWith('artifacts/')));
  if (variants.some((variant) => mountsMore(variant, stack))) {
    const named = [...byTarget].map(([target, of]) => ({ target, projects: projectsOf(of) }));
    return [...named, ...(bound ? [{ target: defaultTarget, dependencies: true }] : [])];
  }
  const targets = new Set([...byTarget.keys(), ...(bound ? [defaultTarget] : [])]);
  return [...targets].sort().map((target) => ({ target, dependencies: true }));
}

/** Returns true if a variant needs more from projects than the main stack: other artifacts, or their images. */
function mountsMore({ extension }: StackVariant, { main }: Stack): boolean {
  const known = (main.extension.mounts ?? []).map(({ project, image }) => `${project} ${image === true}`);
  return (extension.mounts ?? []).some(
    ({ project, image }) => !known.includes(`${project} ${image === true}`),
  );
}

function optionsOf(variant: StackVariant, stack: Stack, command: Command): Record<string, unknown> {
  const { files, extension } = variant;
  const mounts = extension.mounts ?? [];
  return {
    // Compose finds its default files itself, including those in COMPOSE_FILE.
    ...(variant === stack.main && stack.isDefault ? {} : { files }),
    ...(mounts.length === 0 ? {} : { mounts }),
    ...(mountsMore(variant, stack) ? { build: true } : {}),
    ...(command === 'e2e' && extension.e2e ? { e2e: extension.e2e } : {}),
  };
}

/** Returns the configurations of crates, whose artifacts are mounted, and one for each variant. */
function configurationsOf(stack: Stack, command: Command): Record<string, Record<string, unknown>> {
  const ofBuilds = Object.fromEntries(
    ['release', 'dev', 'testing'].map((name) => [name, { configuration: name }]),
  );
  // Without a default file, the main stack also has a configuration of its own.
  const named = stack.isDefault ? stack.variants : [stack.main, ...stack.variants];
  const ofVariants = Object.fromEntries(
    named.map((variant) => [variant.name, optionsOf(variant, stack, command)]),
  );
  return { ...ofBuilds, ...ofVariants };
}
