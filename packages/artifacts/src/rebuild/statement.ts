import type { Provenance } from '../provenance/statement.js';
import { statementType } from '../provenance/statement.js';
import { laterFileEndings } from '../layout/layout.js';
import { formatRecord, type Json } from '../layout/side-files.js';
import type { FileDifference } from './compare.js';

/** The predicate type of the result of a rebuild. */
export const rebuildPredicateType = 'urn:millwright:rebuild:v1';

/** Returns where the statement about a rebuild of an artifact stands by default: beside the artifact. */
export function rebuildFileOf(artifact: string): string {
  return `${artifact}${laterFileEndings.rebuild}`;
}

export interface RebuildOutcome {
  /** What the artifact's statement says. */
  readonly provenance: Provenance;
  /** The SHA-256 of that statement, in lower-case hexadecimal. */
  readonly statement: string;
  /** The SHA-256 of the rebuilt file, likewise. */
  readonly rebuilt: string;
  readonly difference: FileDifference | undefined;
  /** Who rebuilt: see `builderOf`. */
  readonly builder: string;
}

/** Returns the in-toto statement about a rebuild. It has no time: an equal rebuild gives an equal statement. */
export function rebuildStatement({
  provenance: { subject, commit, task, toolchain },
  statement,
  rebuilt,
  difference,
  builder,
}: RebuildOutcome): string {
  return formatRecord({
    _type: statementType,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: rebuildPredicateType,
    predicate: {
      reproduced: difference === undefined,
      provenance: { digest: { sha256: statement } },
      sources: { digest: { gitCommit: commit ?? null } },
      task: task ?? null,
      toolchain: toolchain ?? null,
      rebuilt: { digest: { sha256: rebuilt } },
      builder: { id: builder },
      ...(difference === undefined ? {} : { difference: differenceJson(difference) }),
    },
  });
}

function differenceJson({ section, offset, sizes, texts, sections }: FileDifference): Json {
  return {
    section: section ?? null,
    offset,
    sizes: { ...sizes },
    sections,
    ...(texts === undefined ? {} : { texts: { ...texts } }),
  };
}
