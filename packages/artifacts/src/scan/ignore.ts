import { readRegularFile } from '@millwright/toolkit/core';
import { z } from 'zod';
import { artifactError } from '../errors.js';
import type { Finding } from './match.js';

const entry = z.strictObject({
  /** Of a record, or one of its aliases. */
  id: z.string().min(1),
  reason: z.string().min(1),
  /** The last day on which it applies, in UTC. */
  expires: z.iso.date(),
  /** A package URL, to ignore the vulnerability in one package only. */
  purl: z.string().min(1).optional(),
});

/** A decision to accept a vulnerability for some time. */
export type IgnoreEntry = z.output<typeof entry>;

/**
 * Parses an ignore file: a JSON list of entries with `id`, `reason`, `expires` and perhaps `purl`.
 * @param source the origin of the text, for messages
 * @throws MillwrightError SCAN_IGNORE_INVALID
 */
export function parseIgnoreFile(text: string, source: string): readonly IgnoreEntry[] {
  const invalid = (why: string) =>
    artifactError('SCAN_IGNORE_INVALID', {
      what: `${source} is not a list of vulnerabilities to ignore`,
      why,
    });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalid('it is not valid JSON');
  }
  const { data, error } = z.array(entry).safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const field = issue === undefined || issue.path.length === 0 ? 'the file' : issue.path.join('.');
  throw invalid(`${field}: ${issue?.message ?? 'invalid'}`);
}

/**
 * Reads an ignore file.
 * @throws MillwrightError SCAN_IGNORE_INVALID
 */
export function readIgnoreFile(path: string): readonly IgnoreEntry[] {
  const { bytes, failure } = readRegularFile(path, { limit: 1 << 20 });
  if (bytes !== undefined) return parseIgnoreFile(bytes.toString('utf8'), path);
  throw artifactError('SCAN_IGNORE_INVALID', { what: `${path} cannot be read`, why: failure.why });
}

export interface Decided {
  /** What nobody has accepted. */
  readonly open: readonly Finding[];
  readonly ignored: readonly (Finding & { readonly reason: string; readonly expires: string })[];
  /** The entries that have expired and would apply otherwise. */
  readonly expired: readonly IgnoreEntry[];
  /** The entries that apply to nothing. */
  readonly unused: readonly IgnoreEntry[];
}

/**
 * Separates findings that are ignored.
 * @param today as `2026-11-28`
 */
export function applyIgnores(
  findings: readonly Finding[],
  entries: readonly IgnoreEntry[],
  today: string,
): Decided {
  const applies = ({ id, purl }: IgnoreEntry, finding: Finding) =>
    (purl === undefined || purl === finding.purl) && [...finding.ids, ...finding.aliases].includes(id);
  const entryOf = (finding: Finding) => entries.find((one) => one.expires >= today && applies(one, finding));
  return {
    open: findings.filter((finding) => entryOf(finding) === undefined),
    ignored: findings.flatMap((finding) => {
      const found = entryOf(finding);
      return found === undefined ? [] : [{ ...finding, reason: found.reason, expires: found.expires }];
    }),
    expired: entries.filter(
      (one) => one.expires < today && findings.some((finding) => applies(one, finding)),
    ),
    unused: entries.filter((one) => !findings.some((finding) => applies(one, finding))),
  };
}
