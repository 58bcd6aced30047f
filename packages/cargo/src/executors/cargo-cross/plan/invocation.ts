import { join } from 'node:path';
import type { CargoCommand } from '../../../cargo-cli/cargo-build.js';
import { type InvocationShape, shapeOf } from './invocation-shape.js';
import type { BuildRequest } from './request.js';

/** One cargo invocation that builds several tasks. */
export interface CargoInvocation extends CargoCommand {
  readonly shape: InvocationShape;
  readonly requests: readonly [BuildRequest, ...BuildRequest[]];
}

/** What a single request adds to the cargo that builds it. */
export interface InvocationPart {
  /** The package to build, as a package specification, and its name. */
  readonly spec: string;
  readonly package: string;
  /** What stands behind `--target`; undefined where cargo builds for its own host. */
  readonly target: string | undefined;
  /** Variables for the target's linker, which the tasks' own replace, and for its C compilers, which contain those. */
  readonly linkerVariables: Readonly<Record<string, string>>;
  readonly compilerVariables: Readonly<Record<string, string | undefined>>;
}

/** Where a cargo runs. */
export interface InvocationSurroundings {
  /** This process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether diagnostics are rendered with colours. */
  readonly color: boolean;
}

/** The cargo for requests of one shape. */
export function invocationFor(
  requests: readonly [BuildRequest, ...BuildRequest[]],
  surroundings: InvocationSurroundings,
): CargoInvocation {
  const shape = shapeOf(requests[0]);
  return { ...commandOf(shape, requests.map(partOf), surroundings), shape, requests };
}

/** What a request adds to the cargo that builds it. */
export function partOf({ package: pkg, linker, settings }: BuildRequest): InvocationPart {
  return {
    // Ids are package specifications since cargo 1.77, and unlike names they cannot be ambiguous.
    spec: pkg.id.includes('#') ? pkg.id : `${pkg.name}@${pkg.version}`,
    package: pkg.name,
    target: linker.target,
    linkerVariables: linker.env,
    compilerVariables: settings.compilerEnv,
  };
}

/** The program, arguments, folder and environment of a cargo. */
export function commandOf(
  shape: InvocationShape,
  parts: readonly InvocationPart[],
  { env, color }: InvocationSurroundings,
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
    cwd: shape.workspaceRoot,
    env: {
      CARGO: shape.cargo,
      // The compiler that was hashed, whatever PATH says; the user's own choice of compiler was hashed too.
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
 * The arguments with which cargo itself is asked what an invocation would compile, whatever will run: it knows no
 * subcommand of others and no glibc version behind a target, and keep-going plans nothing.
 */
export function planArguments([, ...args]: readonly string[]): string[] {
  const plain = args.map((arg, index) =>
    args[index - 1] === '--target' ? arg.replace(/\.\d+\.\d+$/, '') : arg,
  );
  return ['build', ...plain.filter((arg) => arg !== '--keep-going')];
}
