import { createRequire } from 'node:module';
import { sbomDocument } from '../../packages/artifacts/dist/sbom/document.js';
import type { UnitsRecord } from '../../packages/artifacts/dist/units/record.js';

/** The part of @cyclonedx/cyclonedx-library that is used. It is a dependency of @millwright/artifacts, not of the tools. */
interface Library {
  readonly Validation: {
    readonly JsonStrictValidator: new (version: string) => { validate(text: string): Promise<unknown> };
  };
}

const { Validation } = createRequire(import.meta.resolve('@millwright/artifacts'))(
  '@cyclonedx/cyclonedx-library',
) as Library;

/** Checks the SBOM of a record against both schemas of CycloneDX. @throws Error with the first violation */
export async function checkDocument(name: string, record: UnitsRecord): Promise<void> {
  const subject = { name, version: record.units[record.root]?.version, sha256: '00'.repeat(32) };
  for (const version of ['1.6', '1.7'] as const) {
    const text = sbomDocument(subject, record, version, () => undefined);
    const errors: unknown = await new Validation.JsonStrictValidator(version).validate(text);
    if (errors !== null) throw new Error(`CycloneDX ${version}: ${JSON.stringify(errors).slice(0, 300)}`);
  }
}

/** @throws Error that names what only one of two lists has */
export function difference(other: string, ours: readonly string[], theirs: readonly string[]): void {
  const [left, right] = [new Set(ours), new Set(theirs)];
  const only = (one: ReadonlySet<string>, two: ReadonlySet<string>) =>
    [...one].filter((entry) => !two.has(entry)).sort();
  const [mine, others] = [only(left, right), only(right, left)];
  if (mine.length + others.length === 0) return;
  throw new Error(
    `only in the SBOM: ${mine.join(', ') || 'nothing'}; only in ${other}: ${others.join(', ') || 'nothing'}`,
  );
}
