import { type Unit, type UnitKind, unitKinds, type UnitsRecord } from '../units/record.js';
import { purlOf } from './purl.js';

/** A package of an artifact: all of its units together. */
export interface PackageComponent {
  /** Unique within the artifact. */
  readonly reference: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly purl: string | undefined;
  /** The parts that its units take, in the order of `unitKinds`. */
  readonly kinds: readonly UnitKind[];
  readonly units: readonly Unit[];
  /** The references of the packages that it depends on, sorted. */
  readonly dependencies: readonly string[];
}

export interface ArtifactComponents {
  /** The package that the artifact was built from. */
  readonly root: PackageComponent;
  /** All other packages, sorted by reference. */
  readonly packages: readonly PackageComponent[];
}

/** Merges the units of an artifact by package: one package can be compiled several times, with other features. */
export function componentsOf(record: UnitsRecord): ArtifactComponents {
  const references = record.units.map((unit) => referenceOf(unit, record.ecosystem));
  const byReference = Map.groupBy(record.units.entries(), ([index]) => references[index] ?? '');
  const components = [...byReference].map(([reference, entries]): PackageComponent => {
    const units = entries.map(([, unit]) => unit);
    const [first] = units;
    const kinds = new Set(units.map(({ kind }) => kind));
    const dependencies = units.flatMap((unit) => unit.dependencies.map((index) => references[index] ?? ''));
    const replacement = first?.replacedBy;
    const isPublished = replacement?.version !== undefined;
    return {
      reference,
      name: isPublished ? replacement.name : (first?.name ?? ''),
      version: replacement === undefined ? first?.version : replacement.version,
      purl: first && purlOf(first, record.ecosystem),
      kinds: unitKinds.filter((kind) => kinds.has(kind)),
      units,
      dependencies: [...new Set(dependencies)].filter((one) => one !== reference).sort(),
    };
  });
  components.sort((one, other) => (one.reference < other.reference ? -1 : 1));
  const rootReference = references[record.root];
  const root = components.find(({ reference }) => reference === rootReference);
  if (root === undefined) throw new RangeError('the record of units has no root');
  return { root, packages: components.filter((one) => one !== root) };
}

function referenceOf(unit: Unit, ecosystem: UnitsRecord['ecosystem']): string {
  const { name, version, path, replacedBy } = unit;
  const folder = replacedBy?.path ?? path;
  return (
    purlOf(unit, ecosystem) ??
    `${folder === undefined ? 'folder' : `folder:${folder}`}#${name}${version === undefined ? '' : `@${version}`}`
  );
}
