import { run } from '@millwright/toolkit';
import type { BuiltPackage } from '../preflight/native-libraries.js';
import { packageName } from './diagnostics.js';

export interface Unit {
  readonly pkg_id: string;
  readonly target: {
    readonly kind: readonly string[];
    readonly crate_types: readonly string[];
    readonly name: string;
  };
  readonly platform: string | null;
  readonly mode: string;
  readonly profile: { readonly lto: string };
  readonly features: readonly string[];
  /** What the unit is compiled with, or what has to run before it. */
  readonly dependencies: readonly { readonly index: number }[];
}

export interface UnitGraph {
  readonly units: readonly Unit[];
  readonly roots: readonly number[];
}

/** What each unit of a build is compiled with, by what the unit is. */
export type UnitFeatures = ReadonlyMap<string, string>;

/**
 * The units that one cargo invocation would compile, with their features and profile: cargo's own answer,
 * so that nothing here has to repeat its feature resolution. The flag is unstable, but only its JSON is
 * used, and nothing is compiled while stable is told to accept it.
 * @returns undefined where this cargo does not answer
 */
export async function unitFeatures(
  ...[cargo, args, cwd, env]: UnitGraphArguments
): Promise<UnitFeatures | undefined> {
  const graph = await unitGraph(cargo, args, cwd, env);
  return graph && featuresOf(graph);
}

/**
 * The packages that one cargo invocation would compile, with their features.
 * @returns undefined where this cargo does not answer
 */
export async function builtPackages(
  ...[cargo, args, cwd, env]: UnitGraphArguments
): Promise<BuiltPackage[] | undefined> {
  const graph = await unitGraph(cargo, args, cwd, env);
  return graph && packagesIn(graph);
}

/** The packages of a build's units, and whether what runs while it is built contains them. */
export function packagesIn({ units }: UnitGraph): BuiltPackage[] {
  const isProgram = ({ mode, target }: Unit) =>
    mode === 'build' && (target.kind.includes('custom-build') || target.kind.includes('proc-macro'));
  const linked = new Set(units.filter(isProgram));
  for (const unit of linked) {
    for (const { index } of unit.dependencies) {
      const dependency = units[index];
      // A build script runs before its package is compiled, and is no part of it.
      if (dependency?.mode === 'build') linked.add(dependency);
    }
  }
  return units.map((unit) => ({
    name: packageName(unit.pkg_id, []),
    features: unit.features,
    whileBuilding: linked.has(unit),
  }));
}

type UnitGraphArguments = readonly [
  cargo: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
];

/**
 * What one cargo invocation would compile.
 * @returns undefined where this cargo does not answer
 */
export async function unitGraph(
  ...[cargo, args, cwd, env]: UnitGraphArguments
): Promise<UnitGraph | undefined> {
  const result = await run(cargo, [...args, '--unit-graph', '-Z', 'unstable-options'], {
    cwd,
    env: { ...env, RUSTC_BOOTSTRAP: '1' },
  });
  return result.exitCode === 0 ? (JSON.parse(result.stdout) as UnitGraph) : undefined;
}

function featuresOf(graph: UnitGraph): UnitFeatures {
  const features = new Map<string, string[]>();
  for (const unit of graph.units) {
    const key = [unit.pkg_id, unit.target.kind.join(), unit.target.name, unit.platform ?? '', unit.mode].join(
      '\0',
    );
    // A package may be there twice under one key: for the host and for a target that is the host.
    features.set(key, [...(features.get(key) ?? []), JSON.stringify([unit.features, unit.profile])]);
  }
  const roots = graph.roots.flatMap((index) => graph.units[index] ?? []);
  if (roots.some(isOptimizedAtLinking)) features.set('lto', crateTypesOf(roots));
  return new Map([...features].map(([key, units]) => [key, units.sort().join('\0')]));
}

function isOptimizedAtLinking({ profile }: Unit): boolean {
  return profile.lto !== 'false' && profile.lto !== 'off';
}

/** With link-time optimization, what a library is compiled to follows from the kinds of the roots. */
function crateTypesOf(roots: readonly Unit[]): string[] {
  return [...new Set(roots.flatMap((root) => root.target.crate_types))].sort();
}

/**
 * Whether the plan for several packages tells by itself that each of them alone compiles every unit in the same way.
 * Features only add up: where no unit has any, none has any in a build alone. Nor may any unit be for the host, whose
 * profile follows from who else takes the crate.
 */
export function featuresAgree({ units, roots }: UnitGraph): boolean {
  const isPlain = ({ features, mode, target }: Unit) =>
    features.length === 0 &&
    mode === 'build' &&
    !target.kind.includes('custom-build') &&
    !target.kind.includes('proc-macro');
  if (!units.every(isPlain)) return false;
  const rootUnits = roots.flatMap((index) => units[index] ?? []);
  if (!rootUnits.some(isOptimizedAtLinking)) return true;
  const byPackage = Map.groupBy(rootUnits, ({ pkg_id }) => pkg_id);
  return new Set([...byPackage.values()].map((own) => crateTypesOf(own).join())).size === 1;
}

/** Whether two builds compile every unit that they share in the same way. */
export function agree(one: UnitFeatures, other: UnitFeatures): boolean {
  for (const [unit, features] of one) {
    const theirs = other.get(unit);
    if (theirs !== undefined && theirs !== features) return false;
  }
  return true;
}

/**
 * Groups builds so that within a group each unit is compiled as in the build alone. Features only add up,
 * so agreement in pairs is agreement of the union. A build whose units are unknown stays alone.
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
    const group = groups.find((candidate) => agree(units, candidate.units));
    if (group) {
      group.builds.push(build);
      for (const [unit, features] of units) group.units.set(unit, features);
    } else {
      groups.push({ builds: [build], units: new Map(units) });
    }
  }
  return [...groups.map((group) => group.builds), ...alone];
}
