import type { BuildRequest } from './request.js';

/** The variables of an environment by name; one without a value is taken out of the child's environment. */
type Variables = readonly (readonly [name: string, value: string | undefined])[];

/**
 * All that one cargo has but once, however many requests it builds: requests share a cargo only where they agree in
 * it, and the cargo's arguments and environment follow from it. What differs from request to request, such as package
 * and target, is a part of `InvocationPart`.
 */
export interface InvocationShape {
  /** The folder of the Cargo workspace, absolute. */
  readonly workspaceRoot: string;
  /** The toolchain's own cargo and compiler, absolute. */
  readonly cargo: string;
  readonly rustc: string;
  /** The toolchain that the tasks themselves ask for; null where another setting chooses it. */
  readonly askedToolchain: string | null;
  /** The program that is started: cargo, or what stands in for it. */
  readonly program: string;
  readonly subcommand: string;
  /**
   * The only target that the program takes; null where there may be several. cargo builds for its own host without a
   * name for it in another way than with one, so that `host` is a target of its own.
   */
  readonly onlyTarget: string | null;
  readonly profile: string;
  readonly defaultFeatures: boolean;
  readonly allFeatures: boolean;
  readonly features: readonly string[];
  /** The binaries that are asked for, of one package; null for all of every package. */
  readonly bins: { readonly package: string; readonly names: readonly string[] } | null;
  /** Arguments that follow from settings, and those that the tasks have of their own. */
  readonly settingsArgs: readonly string[];
  readonly args: readonly string[];
  /** Variables that the tasks have of their own, and those that follow from settings. */
  readonly taskVariables: Variables;
  readonly settingsVariables: Variables;
  /** The path of the sccache that compiles; null where none does. */
  readonly sccache: string | null;
  /** How many jobs the user asks for; null where it is left to us. */
  readonly jobsAsked: number | null;
}

/** What a request asks of the cargo that builds it, as far as all requests of that cargo have to agree. */
export function shapeOf(request: BuildRequest): InvocationShape {
  const { metadata, toolchain, options, features, settings, linker } = request;
  const cargoWrapper = linker.program;
  return {
    workspaceRoot: metadata.workspace_root,
    cargo: toolchain.cargo,
    rustc: toolchain.rustc,
    askedToolchain: options.toolchain ?? null,
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
    jobsAsked: request.jobsAsked ?? null,
  };
}

/** Requests that could share one cargo, as far as their own options go, in the order in which they came. */
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

/** Texts that are equal exactly where shapes are. */
export function shapeKey(shape: InvocationShape): string {
  return JSON.stringify(shape);
}

function variablesOf(env: Readonly<Record<string, string | undefined>>): Variables {
  return Object.entries(env).sort(([one], [other]) => (one < other ? -1 : 1));
}
