import type { BuildRequest } from './request.js';

/** Environment variables, sorted by name; undefined removes one from the child's environment. */
type Variables = readonly (readonly [name: string, value: string | undefined])[];

/**
 * The settings that apply to a whole cargo invocation. Requests can share a cargo only if their shapes are equal.
 * Whatever may differ between requests of one invocation, such as package and target, belongs to `InvocationPart`.
 */
export interface InvocationShape {
  /** The folder of the Cargo workspace, absolute. */
  readonly workspaceRoot: string;
  /** The folder in which cargo runs, which decides its configuration, absolute. */
  readonly commandFolder: string;
  /** The toolchain's cargo and compiler, absolute. */
  readonly cargo: string;
  readonly rustc: string;
  /** The tasks' option "toolchain"; null if not set. */
  readonly requestedToolchain: string | null;
  /** The program to start: cargo or a wrapper such as cargo-zigbuild. */
  readonly program: string;
  readonly subcommand: string;
  /**
   * The only target that this invocation can build; null if it can build several. `host` is separate, because cargo
   * builds for the host differently without `--target` than with it.
   */
  readonly onlyTarget: string | null;
  readonly profile: string;
  readonly defaultFeatures: boolean;
  readonly allFeatures: boolean;
  readonly features: readonly string[];
  /** The requested binaries of one package; null for all binaries of every package. */
  readonly bins: { readonly package: string; readonly names: readonly string[] } | null;
  /** Arguments derived from settings, and the tasks' option "args". */
  readonly settingsArgs: readonly string[];
  readonly args: readonly string[];
  /** The tasks' option "env", and variables derived from settings. */
  readonly taskVariables: Variables;
  readonly settingsVariables: Variables;
  /** The path of sccache; null if it is not used. */
  readonly sccache: string | null;
  /** The number of jobs that the user set; null if we choose it. */
  readonly requestedJobs: number | null;
}

/** Returns the invocation shape that a request requires. */
export function shapeOf(request: BuildRequest): InvocationShape {
  const { metadata, toolchain, options, features, settings, linker } = request;
  const cargoWrapper = linker.program;
  return {
    workspaceRoot: metadata.workspace_root,
    commandFolder: request.commandFolder,
    cargo: toolchain.cargo,
    rustc: toolchain.rustc,
    requestedToolchain: options.toolchain ?? null,
    program: cargoWrapper ?? toolchain.cargo,
    subcommand: linker.subcommand,
    onlyTarget: linker.target === undefined ? 'host' : cargoWrapper === undefined ? null : linker.target,
    profile: options.profile,
    defaultFeatures: features.defaultFeatures,
    allFeatures: features.allFeatures,
    features: [...features.features].sort(),
    bins: options.bins === undefined ? null : { package: request.package.id, names: options.bins },
    settingsArgs: settings.args,
    args: options.args,
    taskVariables: variablesOf(options.env),
    settingsVariables: variablesOf(settings.env),
    sccache: settings.sccache ?? null,
    requestedJobs: request.requestedJobs ?? null,
  };
}

/** Groups requests with equal shapes, in input order. */
export function groupByShape(requests: readonly BuildRequest[]): [BuildRequest, ...BuildRequest[]][] {
  const groups = new Map<string, [BuildRequest, ...BuildRequest[]]>();
  for (const request of requests) {
    const key = shapeKey(shapeOf(request));
    const group = groups.get(key);
    if (group) group.push(request);
    else groups.set(key, [request]);
  }
  return [...groups.values()];
}

/** Returns a string that is equal for equal shapes only. */
export function shapeKey(shape: InvocationShape): string {
  return JSON.stringify(shape);
}

function variablesOf(env: Readonly<Record<string, string | undefined>>): Variables {
  return Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
}
