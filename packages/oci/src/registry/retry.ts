/** An answer or failure that another attempt may change. */
export interface Retryable {
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  /** The header Retry-After. */
  readonly retryAfter: string | undefined;
}

/** How often a request is sent, at most. */
export const attempts = 6;

/** The longest wait before another attempt, in milliseconds. A registry that asks for more has refused. */
export const longestWait = 120_000;

const base = 500;
const retried: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/**
 * Returns how long to wait before the next attempt, in milliseconds.
 * @param attempt the number of attempts so far
 * @param random between 0 and 1: spreads out clients that failed together
 * @param now in milliseconds since 1970
 * @returns undefined if there should be none
 */
export function waitBefore(
  { status, retryAfter }: Retryable,
  attempt: number,
  random: number,
  now: number,
): number | undefined {
  if (attempt >= attempts) return undefined;
  if (status !== undefined && !retried.includes(status)) return undefined;
  const asked = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now);
  if (asked !== undefined) return asked > longestWait ? undefined : asked;
  return Math.round(base * 2 ** (attempt - 1) * (0.5 + random / 2));
}

/** Parses Retry-After (RFC 9110, 10.2.3): seconds or a date. Returns milliseconds; undefined if it is neither. */
export function parseRetryAfter(value: string, now: number): number | undefined {
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
