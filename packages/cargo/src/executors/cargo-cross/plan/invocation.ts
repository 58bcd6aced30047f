import { join } from 'node:path';
import type { CargoCommand } from '../../../cargo-cli/cargo-build.js';
import { type InvocationShape, shapeOf } from './invocation-shape.js';
import type { BuildRequest } from './request.js';

/** One cargo invocation that builds several tasks. */
export interface CargoInvocation extends CargoCommand {
  readonly shape: InvocationShape;
  readonly requests: readonly [BuildRequest, ...BuildRequest[]];
}

/** The settings of a single request within an invocation. */
export interface InvocationPart {
  /** The package id specification and the name of the package to build. */
  readonly spec: string;
  readonly package: string;
  /** The value of `--target`; undefined if cargo builds for its host. */
  readonly target: string | undefined;
  /** Variables for the target's linker, which the tasks' "env" overrides, and for C compilers, which include "env". */
  readonly linkerVariables: Readonly<Record<string, string>>;
  readonly compilerVariables: Readonly<Record<string, string | undefined>>;
}

/** Facts about this process that affect a cargo invocation. */
export interface InvocationContext {
  /** This process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether cargo renders diagnostics in colour. */
  readonly color: boolean;
}

/** Returns the cargo invocation that builds requests of one shape. */
export function invocationFor(
  requests: readonly [BuildRequest, ...BuildRequest[]],
  context: InvocationContext,
): CargoInvocation {
  const shape = shapeOf(requests[0]);
  return { ...commandOf(shape, requests.map(partOf), context), shape, requests };
}

/** Returns the settings of a single request within its invocation. */
export function partOf({ package: pkg, linker, settings }: BuildRequest): InvocationPart {
  return {
    // Since cargo 1.77, ids are package id specifications. Unlike names they are never ambiguous.
    spec: pkg.id.includes('#') ? pkg.id : `${pkg.name}@${pkg.version}`,
    package: pkg.name,
    target: linker.target,
    linkerVariables: linker.env,
    compilerVariables: settings.compilerEnv,
  };
}

/** Returns the program, arguments, folder and environment of an invocation. */
function commandOf(
  shape: InvocationShape,
  parts: readonly InvocationPart[],
  { env, color }: InvocationContext,
): CargoCommand {
  const packages = unique(parts.map(({ spec }) => spec));
  const targets = unique(parts.flatMap(({ target }) => target ?? []));
  const features = unique(
    parts.flatMap(({ package: name }) =>
      shape.features.map((feature) => (feature.includes('/') ? feature : `${name}/${feature}`)),
    ),
  );
  return {
    program: shape.program,
    args: [
      shape.subcommand,
      '--manifest-path',
      join(shape.workspaceRoot, 'Cargo.toml'),
      '--profile',
      shape.profile,
      '--keep-going',
      `--message-format=${color ? 'json-diagnostic-rendered-ansi' : 'json'}`,
      ...packages.flatMap((spec) => ['--package', spec]),
      ...targets.flatMap((target) => ['--target', target]),
      ...(shape.bins?.names ?? []).flatMap((name) => ['--bin', name]),
      ...(shape.defaultFeatures ? [] : ['--no-default-features']),
      ...(shape.allFeatures ? ['--all-features'] : []),
      ...(features.length === 0 ? [] : ['--features', features.join(',')]),
      ...shape.settingsArgs,
      ...shape.args,
    ],
    cwd: shape.commandFolder,
    env: {
      CARGO: shape.cargo,
      // Use the compiler that was hashed, regardless of PATH. A RUSTC that the user set was hashed as well.
      ...(env.RUSTC === undefined ? { RUSTC: shape.rustc } : {}),
      ...Object.fromEntries(parts.flatMap(({ linkerVariables }) => Object.entries(linkerVariables))),
      ...Object.fromEntries([...shape.taskVariables, ...shape.settingsVariables]),
      ...Object.fromEntries(parts.flatMap(({ compilerVariables }) => Object.entries(compilerVariables))),
    },
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/**
 * Converts the arguments of an invocation into those of a plain `cargo build` for querying the unit graph: plain cargo
 * does not support the wrappers' subcommands, glibc versions in targets, or `--keep-going` in plans.
 */
export function planArguments([, ...args]: readonly string[]): string[] {
  const plain = args.map((arg, index) =>
    args[index - 1] === '--target' ? arg.replace(/\.\d+\.\d+$/, '') : arg,
  );
  return ['build', ...plain.filter((arg) => arg !== '--keep-going')];
}
