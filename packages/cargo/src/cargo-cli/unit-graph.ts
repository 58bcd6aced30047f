import { run } from '@millwright/toolkit';
import type { BuiltPackage } from '../preflight/native-libraries.js';
import { packageName } from './diagnostics.js';

export interface Unit {
  readonly pkg_id: string;
  readonly target: {
    readonly kind: readonly string[];
    readonly crate_types: readonly string[];
    readonly name: string;
    /** The absolute path of the root source file. */
    readonly src_path?: string;
  };
  readonly platform: string | null;
  readonly mode: string;
  readonly profile: { readonly lto: string };
  readonly features: readonly string[];
  /** The units that must be compiled or run before it. */
  readonly dependencies: readonly { readonly index: number }[];
}

export interface UnitGraph {
  readonly units: readonly Unit[];
  readonly roots: readonly number[];
}

/** Features and profile of each unit of a build, by the unit's identity. */
export type UnitFeatures = ReadonlyMap<string, string>;

/**
 * Queries cargo for the units of an invocation with their features and profile, instead of repeating its feature
 * resolution. `--unit-graph` is unstable, but it compiles nothing, so enabling it does not affect builds.
 * @returns undefined if cargo cannot plan the build
 */
export async function unitFeatures(
  ...[cargo, args, cwd, env]: UnitGraphArguments
): Promise<UnitFeatures | undefined> {
  const graph = await unitGraph(cargo, args, cwd, env);
  return graph && featuresOf(graph);
}

/**
 * Queries cargo for the packages of an invocation, with their features.
 * @returns undefined if cargo cannot plan the build
 */
export async function builtPackages(
  ...[cargo, args, cwd, env]: UnitGraphArguments
): Promise<BuiltPackage[] | undefined> {
  const graph = await unitGraph(cargo, args, cwd, env);
  return graph && packagesIn(graph);
}

/** Returns the packages of a build's units, and whether they are part of a build script or procedural macro. */
export function packagesIn({ units }: UnitGraph): BuiltPackage[] {
  const isProgram = ({ mode, target }: Unit) =>
    mode === 'build' && (target.kind.includes('custom-build') || target.kind.includes('proc-macro'));
  const linked = new Set(units.filter(isProgram));
  for (const unit of linked) {
    for (const { index } of unit.dependencies) {
      const dependency = units[index];
      // A build script runs before its package is compiled, and is not linked into it.
      if (dependency?.mode === 'build') linked.add(dependency);
    }
  }
  return units.map((unit) => ({
    name: packageName(unit.pkg_id, []),
    features: unit.features,
    inBuildProgram: linked.has(unit),
  }));
}

type UnitGraphArguments = readonly [
  cargo: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
];

/** A build as cargo plans it. */
export interface Plan {
  /** Undefined if cargo cannot plan the build. */
  readonly graph: UnitGraph | undefined;
  /** Why it cannot, among other messages of cargo. */
  readonly stderr: string;
}

/** Queries cargo for the plan of an invocation. */
export async function planBuild(...[cargo, args, cwd, env]: UnitGraphArguments): Promise<Plan> {
  const { exitCode, stdout, stderr } = await run(cargo, [...args, '--unit-graph', '-Z', 'unstable-options'], {
    cwd,
    env: { ...env, RUSTC_BOOTSTRAP: '1' },
  });
  return { graph: exitCode === 0 ? (JSON.parse(stdout) as UnitGraph) : undefined, stderr };
}

/**
 * Queries cargo for the unit graph of an invocation.
 * @returns undefined if cargo cannot plan the build
 */
export async function unitGraph(...invocation: UnitGraphArguments): Promise<UnitGraph | undefined> {
  return (await planBuild(...invocation)).graph;
}

function featuresOf(graph: UnitGraph): UnitFeatures {
  const features = new Map<string, string[]>();
  for (const unit of graph.units) {
    const key = [unit.pkg_id, unit.target.kind.join(), unit.target.name, unit.platform ?? '', unit.mode].join(
      '\0',
    );
    // A package may occur twice with the same key: for the host and for a target that equals the host.
    features.set(key, [...(features.get(key) ?? []), JSON.stringify([unit.features, unit.profile])]);
  }
  const roots = graph.roots.flatMap((index) => graph.units[index] ?? []);
  if (roots.some(usesLto)) features.set('lto', crateTypesOf(roots));
  return new Map([...features].map(([key, units]) => [key, units.sort().join('\0')]));
}

function usesLto({ profile }: Unit): boolean {
  return profile.lto !== 'false' && profile.lto !== 'off';
}

/** With link-time optimization, the output of a library depends on the crate types of the roots. */
function crateTypesOf(roots: readonly Unit[]): string[] {
  return [...new Set(roots.flatMap((root) => root.target.crate_types))].sort();
}

/**
 * Returns whether the plan for several packages alone proves that separate builds compile every unit in the same way.
 * This holds if no unit has features, because features are additive, and if no unit is for the host, because the profile
 * of such a unit depends on other units in the build.
 */
export function featuresAgree({ units, roots }: UnitGraph): boolean {
  const isPlain = ({ features, mode, target }: Unit) =>
    features.length === 0 &&
    mode === 'build' &&
    !target.kind.includes('custom-build') &&
    !target.kind.includes('proc-macro');
  if (!units.every(isPlain)) return false;
  const rootUnits = roots.flatMap((index) => units[index] ?? []);
  if (!rootUnits.some(usesLto)) return true;
  const byPackage = Map.groupBy(rootUnits, ({ pkg_id }) => pkg_id);
  return new Set([...byPackage.values()].map((own) => crateTypesOf(own).join())).size === 1;
}

/** Returns whether two builds compile all of their common units in the same way. */
export function haveEqualFeatures(one: UnitFeatures, other: UnitFeatures): boolean {
  for (const [unit, features] of one) {
    const otherFeatures = other.get(unit);
    if (otherFeatures !== undefined && otherFeatures !== features) return false;
  }
  return true;
}

/**
 * Groups builds so that each unit in a group is compiled as in a separate build. Features are additive, so it is enough
 * to compare builds in pairs. A build with unknown units forms its own group.
 */
export function groupByFeatures<Build>(
  builds: readonly { readonly build: Build; readonly units: UnitFeatures | undefined }[],
): Build[][] {
  const groups: { builds: Build[]; units: Map<string, string> }[] = [];
  const alone: Build[][] = [];
  for (const { build, units } of builds) {
    if (units === undefined) {
      alone.push([build]);
      continue;
    }
    const group = groups.find((candidate) => haveEqualFeatures(units, candidate.units));
    if (group) {
      group.builds.push(build);
      for (const [unit, features] of units) group.units.set(unit, features);
    } else {
      groups.push({ builds: [build], units: new Map(units) });
    }
  }
  return [...groups.map((group) => group.builds), ...alone];
}
