import type { Unit as CompiledUnit, UnitKind, UnitsRecord } from '@millwright/artifacts';
import type { Unit, UnitGraph } from '../cargo-cli/unit-graph.js';
import { parsePackageId, type PackageId } from './package-id.js';

/** What is known about the sources of a package. */
export type PackageFacts = Pick<CompiledUnit, 'source' | 'checksum' | 'path' | 'license'>;

/** Returns the facts about the sources of a unit's package. */
export type FactsOf = (id: PackageId, unit: Unit) => PackageFacts;

/** A unit of the artifact, under a key that is equal for units to merge. */
interface Entry {
  readonly key: string;
  readonly unit: Unit;
  readonly id: PackageId;
  readonly kind: UnitKind;
}

const kindOrder: readonly UnitKind[] = ['normal', 'proc-macro', 'build'];

/**
 * Returns the units that cargo compiles for one artifact: those that its root depends on, each with the part that it
 * takes. Build scripts are not units of their own, because their packages are. The result depends on nothing else in the
 * graph, so it is the same for a build of several crates.
 * @param root the index of the artifact's unit in the graph
 */
export function unitsOf(
  graph: UnitGraph,
  root: number,
  factsOf: FactsOf,
): Pick<UnitsRecord, 'root' | 'units'> {
  const entries = entriesOf(kindsOf(graph, root));
  const byKey = new Map<string, Entry[]>();
  for (const entry of entries.values()) {
    const same = byKey.get(entry.key);
    if (same) same.push(entry);
    else byKey.set(entry.key, [entry]);
  }
  const keys = [...byKey.keys()].sort();
  const indexOf = new Map(keys.map((key, index) => [key, index]));
  const indexOfUnit = (unit: Unit) => {
    const entry = entries.get(unit);
    return entry === undefined ? undefined : indexOf.get(entry.key);
  };
  const units = keys.flatMap((key, index): CompiledUnit[] => {
    const same = byKey.get(key) ?? [];
    const [first] = same;
    if (first === undefined) return [];
    const dependencies = same.flatMap(({ unit }) =>
      neededBy(graph, unit).flatMap((one) => indexOfUnit(one) ?? []),
    );
    const script = same.some(({ unit }) => dependenciesOf(graph, unit).some(isScriptRun));
    return [
      {
        name: first.id.name,
        version: first.id.version,
        kind: first.kind,
        ...factsOf(first.id, first.unit),
        features: [...first.unit.features].sort(),
        ...(script ? { buildScript: true } : {}),
        dependencies: [...new Set(dependencies)]
          .filter((one) => one !== index)
          .sort((one, other) => one - other),
      },
    ];
  });
  const rootUnit = graph.units[root];
  return { root: (rootUnit && indexOfUnit(rootUnit)) ?? 0, units };
}

/** Returns the kinds of all units that the root needs. A unit that takes several parts has the first of them. */
function kindsOf(graph: UnitGraph, root: number): Map<Unit, UnitKind> {
  const kinds = new Map<Unit, UnitKind>();
  const first = graph.units[root];
  const queue: (readonly [Unit, UnitKind])[] = first === undefined ? [] : [[first, 'normal']];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [unit, reached] = next;
    const kind = reached === 'normal' && unit.target.kind.includes('proc-macro') ? 'proc-macro' : reached;
    const known = kinds.get(unit);
    if (known !== undefined && kindOrder.indexOf(known) <= kindOrder.indexOf(kind)) continue;
    kinds.set(unit, kind);
    for (const dependency of dependenciesOf(graph, unit)) {
      if (!isScriptRun(dependency)) queue.push([dependency, kind]);
      else for (const needed of scriptUnits(graph, dependency)) queue.push([needed, 'build']);
    }
  }
  return kinds;
}

function entriesOf(kinds: ReadonlyMap<Unit, UnitKind>): Map<Unit, Entry> {
  const entries = new Map<Unit, Entry>();
  for (const [unit, kind] of kinds) {
    const id = parsePackageId(unit.pkg_id);
    if (id === undefined) continue;
    // Not by package id: the ids of folders are absolute paths.
    const key = JSON.stringify([id.name, id.version, kind, [...unit.features].sort(), sourceKey(id.source)]);
    entries.set(unit, { key, unit, id, kind });
  }
  return entries;
}

/** Folders sort before other sources, whatever their absolute paths are. */
function sourceKey(source: string): string {
  return source.startsWith('path+') ? '' : source;
}

/** Returns the units that a unit is linked with, and those of its build script. */
function neededBy(graph: UnitGraph, unit: Unit): Unit[] {
  return dependenciesOf(graph, unit).flatMap((dependency) =>
    isScriptRun(dependency) ? scriptUnits(graph, dependency) : [dependency],
  );
}

/** Returns the units that are linked into the build script that a unit runs. */
function scriptUnits(graph: UnitGraph, run: Unit): Unit[] {
  const scripts = dependenciesOf(graph, run).filter(
    ({ mode, target }) => mode === 'build' && target.kind.includes('custom-build'),
  );
  return scripts.flatMap((script) => dependenciesOf(graph, script)).filter((unit) => !isScriptRun(unit));
}

function isScriptRun({ mode }: Unit): boolean {
  return mode === 'run-custom-build';
}

function dependenciesOf(graph: UnitGraph, unit: Unit): Unit[] {
  return unit.dependencies.flatMap(({ index }) => graph.units[index] ?? []);
}
