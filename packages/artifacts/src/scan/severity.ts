import calculator from 'ae-cvss-calculator';
import { severities } from './fail-on.js';
import type { Affected, OsvRecord } from './osv.js';

/** `unknown` is for records without a score, which can be of any severity. */
export type Severity = (typeof severities)[number] | 'unknown';

export interface Rating {
  readonly severity: Severity;
  /** The CVSS base score from 0 to 10; undefined if there is none. */
  readonly score: number | undefined;
}

/** Returns the severity that a record states: by its CVSS vectors, by its words, or as informational. */
export function ratingOf(record: OsvRecord, affected: Affected): Rating {
  const vectors = [
    ...(affected.severity ?? []),
    ...(record.severity ?? []),
    ...(affected.database_specific?.cvss ? [{ score: affected.database_specific.cvss }] : []),
  ];
  const scores = vectors.flatMap(({ score }) => baseScore(score) ?? []);
  if (scores.length > 0) {
    const score = Math.max(...scores);
    return { severity: severityOf(score), score };
  }
  if (affected.database_specific?.informational) return { severity: 'informational', score: undefined };
  const word = record.database_specific?.severity?.toLowerCase() ?? '';
  const severity = word === 'moderate' ? 'medium' : severities.find((one) => one === word);
  return { severity: severity ?? 'unknown', score: undefined };
}

/** Returns the base score of a vector of CVSS 2, 3 or 4; undefined if it is incomplete or no vector. */
function baseScore(vector: string): number | undefined {
  try {
    const parsed = calculator.fromVector(vector) as { calculateScores(): { base?: number } } | null;
    return parsed?.calculateScores().base;
  } catch {
    return undefined;
  }
}

/** The qualitative rating of a score (CVSS 3.1 and 4.0, "Qualitative Severity Rating Scale"). */
function severityOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'informational';
}

/** Returns whether a severity is at least another one. An unknown one may be, so it is. */
export function isAtLeast(severity: Severity, least: (typeof severities)[number]): boolean {
  return severity === 'unknown' || severities.indexOf(severity) >= severities.indexOf(least);
}
