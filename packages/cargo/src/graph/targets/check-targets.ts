import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { gitlinkInput, hostPlatform, tripleOf } from '@millwright/toolkit';
import type { PluginOptions } from '../../options.js';
import { commandOptionsFrom } from '../described/targets.js';
import { givenToolchainsVariable, taskVariables } from '../../toolchain/task-variables.js';
import { compilerVariables, configFolders, configuredTriples, type Targets } from './build-inputs.js';
import type { CrateFacts } from './crate-facts.js';

/**
 * check, test, lint and format-check read the crate and all it depends on, for development too; Nx follows
 * the graph's edges, so that adding a development dependency leaves the build's own definition alone.
 */
export function checkTargets(
  { crate, workspace, gitlinks, described }: CrateFacts,
  options: PluginOptions,
): Targets {
  // Whatever is built, checks run on this machine, with the toolchain of its own triple.
  const triple = tripleOf(hostPlatform().platform);
  const machine = { env: taskVariables(workspace.root, triple).digest };
  const said = commandOptionsFrom(described, triple);
  const inWorkspace = (path: string) => posix.join('{workspaceRoot}', workspace.root, path);
  const inputs = [
    '{projectRoot}/**/*',
    '^{projectRoot}/**/*',
    inWorkspace('Cargo.toml'),
    inWorkspace('Cargo.lock'),
    ...configFolders(workspace.root).map((path) => `{workspaceRoot}/${path}`),
    ...gitlinks.map(gitlinkInput),
    machine,
    { env: givenToolchainsVariable },
    ...compilerVariables.map((env) => ({ env })),
    { externalDependencies: [] },
  ];
  const cached = (executor: string, description: string): TargetConfiguration => ({
    executor: `@millwright/cargo:${executor}`,
    cache: true,
    inputs,
    outputs: [],
    ...(Object.keys(said).length === 0 ? {} : { options: said }),
    metadata: { description },
  });
  return {
    check: cached('check', `Checks ${crate.name} without building it`),
    test: cached('test', `Runs the tests of ${crate.name}`),
    lint: cached('lint', `Runs clippy on ${crate.name}`),
    'format-check': {
      ...cached('format', `Tells whether ${crate.name} is formatted`),
      inputs: ['{projectRoot}/**/*.rs', ...rustfmtFiles(crate.root), machine, { externalDependencies: [] }],
      options: { check: true },
    },
    doctor: {
      executor: '@millwright/cargo:doctor',
      cache: false,
      options: { triples: configuredTriples(options).map(({ triple }) => triple) },
      metadata: { description: `Says what this machine lacks to build ${crate.name}` },
    },
    format: {
      executor: '@millwright/cargo:format',
      cache: false,
      metadata: { description: `Formats ${crate.name}` },
    },
  };
}

function rustfmtFiles(folder: string): string[] {
  const found: string[] = [];
  for (let current = folder; ; current = posix.dirname(current)) {
    found.push(
      ...['rustfmt.toml', '.rustfmt.toml'].map((name) => posix.join('{workspaceRoot}', current, name)),
    );
    if (current === '.') return found;
  }
}

/** The target that starts a binary. */
export function runTarget(): Targets {
  return {
    run: {
      executor: '@millwright/cargo:run',
      cache: false,
      metadata: { description: 'Builds and starts the binary' },
    },
  };
}
