import type { Checksum } from './checksums.js';

export interface FoundArtifact {
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Of the actual content. */
  readonly sha256: string;
  /** True if the owner may execute it. */
  readonly runBit: boolean;
  /** The digest in its `.sha256` file. Undefined if that is missing or invalid. */
  readonly recordedSha256: string | undefined;
}

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Relative to `artifacts/`, with forward slashes. */
  readonly path: string;
  /** Descriptions of the differences. */
  readonly details: readonly string[];
}

/** Compares the actual artifacts with the listed ones. Sorted by path. */
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

/** Formats one line for each difference, in columns: the kind, the path and the details. */
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
  if (artifact.recordedSha256 === undefined) details.push('its .sha256 is missing or damaged');
  else if (artifact.recordedSha256 !== artifact.sha256) details.push('its .sha256 does not match');
  if (record.executable && !artifact.runBit) details.push('it is no longer executable');
  return details;
}
