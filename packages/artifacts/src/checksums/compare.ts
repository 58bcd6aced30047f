import type { Checksum } from './checksums.js';

export interface FoundArtifact {
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the bytes that stand there. */
  readonly sha256: string;
  /** Whether its owner may run it. */
  readonly runBit: boolean;
  /** What its `.sha256` file says; undefined where that is missing or not of its form. */
  readonly noted: string | undefined;
}

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  /** What differs, for a person. */
  readonly details: readonly string[];
}

/** How the artifacts that stand there differ from those that are listed, sorted by path. */
export function compareArtifacts(
  listed: readonly Checksum[],
  found: readonly FoundArtifact[],
): readonly Difference[] {
  const listedByPath = new Map(listed.map((record) => [record.path, record]));
  const foundByPath = new Map(found.map((artifact) => [artifact.path, artifact]));
  const paths = [...new Set([...listedByPath.keys(), ...foundByPath.keys()])].sort();
  return paths.flatMap((path): Difference[] => {
    const record = listedByPath.get(path);
    const artifact = foundByPath.get(path);
    if (!artifact) return [{ kind: 'missing', path, details: [] }];
    if (!record) return [{ kind: 'extra', path, details: [] }];
    const details = changes(record, artifact);
    return details.length === 0 ? [] : [{ kind: 'changed', path, details }];
  });
}

/** One line for each difference: the kind, the path and what differs, in columns. */
export function formatDifferences(differences: readonly Difference[]): string {
  const width = Math.max(...differences.map(({ path }) => path.length));
  return differences
    .map(({ kind, path, details }) =>
      `${kind.padEnd(7)}  ${path.padEnd(width)}  ${details.join('; ')}`.trimEnd(),
    )
    .join('\n');
}

function changes(record: Checksum, artifact: FoundArtifact): string[] {
  const details: string[] = [];
  if (artifact.size !== record.size) details.push(`size ${artifact.size}, listed ${record.size}`);
  if (artifact.sha256 !== record.sha256) {
    details.push(`sha256 ${artifact.sha256.slice(0, 12)}…, listed ${record.sha256.slice(0, 12)}…`);
  }
  if (artifact.noted === undefined) details.push('its .sha256 is missing or damaged');
  else if (artifact.noted !== artifact.sha256) details.push('its .sha256 does not match');
  if (record.executable && !artifact.runBit) details.push('it is no longer executable');
  return details;
}
