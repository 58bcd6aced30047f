import { compare, parse, type SemVer } from 'semver';
import type { Affected } from './osv.js';

/**
 * Parses a version of a crate, a Go module or a Go toolchain: `1.2.3`, `v1.2.3+incompatible`, `go1.21rc1`, `1.27-5abc`, and
 * `0.1`, as some advisories write it. Undefined if it is none. The experiments of a Go toolchain (`1.26.6 X:boringcrypto`)
 * are no part of its version.
 */
export function parseVersion(text: string): SemVer | undefined {
  const plain = text
    .trim()
    .replace(/^(?:v|go)(?=\d)/, '')
    .replace(/[ -]X:.*$/, '');
  const short = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:((?:rc|beta)\d+)|-([\dA-Za-z.-]+))?$/.exec(plain);
  const [, major = '', minor = '0', patch = '0', unreleased, pre = unreleased] = short ?? [];
  return (
    parse(plain) ??
    (short && parse(`${major}.${minor}.${patch}${pre === undefined ? '' : `-${pre}`}`)) ??
    undefined
  );
}

/**
 * Returns whether a package's version is affected (OSV schema, "Evaluation"): it is listed, or in one of the ranges. What
 * cannot be compared counts as affected.
 */
export function isAffectedVersion(
  version: string,
  { ranges = [], versions, database_specific }: Affected,
): boolean {
  if (versions?.includes(version.replace(/^v/, '')) === true) return true;
  const found = parseVersion(version);
  if (found === undefined) return true;
  const compared = ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
  // Neither a version nor a range: the whole package, as for malicious ones.
  if (compared.length === 0) return versions === undefined || versions.length === 0;
  const limit = endOf(database_specific?.last_known_affected_version_range);
  return compared.some(({ events }) => isInRange(found, events) && limit(found));
}

type Events = NonNullable<Affected['ranges']>[number]['events'];

function isInRange(version: SemVer, events: Events): boolean {
  if (!isBelowLimits(version, events)) return false;
  const points = events.flatMap(({ introduced, fixed, last_affected: last }) => {
    if (introduced !== undefined) return [{ at: introduced, isIn: true, isAfter: false }];
    if (fixed !== undefined) return [{ at: fixed, isIn: false, isAfter: false }];
    return last === undefined ? [] : [{ at: last, isIn: false, isAfter: true }];
  });
  const parsed = points.map((point) => ({
    ...point,
    at: point.at === '0' ? ('start' as const) : parseVersion(point.at),
  }));
  if (parsed.some(({ at }) => at === undefined)) return true;
  parsed.sort((one, other) => {
    const [left, right] = [one.at, other.at];
    if (left === 'start' || left === undefined) return right === left ? 0 : -1;
    if (right === 'start' || right === undefined) return 1;
    return compare(left, right) || Number(one.isIn) - Number(other.isIn);
  });
  let isIn = false;
  for (const { at, isIn: next, isAfter } of parsed) {
    if (at === 'start') isIn = next;
    else if (at !== undefined) {
      const compared = compare(version, at);
      if (isAfter ? compared > 0 : compared >= 0) isIn = next;
    }
  }
  return isIn;
}

/** Returns whether a version is below one of the limits of a range, if it has any (OSV schema, "BeforeLimits"). */
function isBelowLimits(version: SemVer, events: Events): boolean {
  const limits = events.flatMap(({ limit }) => (limit === undefined ? [] : [parseVersion(limit)]));
  return limits.length === 0 || limits.some((limit) => limit === undefined || compare(version, limit) < 0);
}

/** The date and the commit at the end of a Go pseudo-version (Go modules reference, "Pseudo-versions"). */
const pseudoVersion = /[.-]\d{14}-[0-9a-f]{12}(?:\+|$)/;

/**
 * Returns whether a version is a commit between releases, and the end of its range a release. The order of versions then
 * does not tell whether the commit has the fix: without a tag before it, it is `v0.0.0-…`.
 */
export function isUncertain(version: string, { ranges = [] }: Affected): boolean {
  if (!pseudoVersion.test(version)) return false;
  const ends = ranges.flatMap(({ events }) =>
    events.flatMap(({ fixed, last_affected: last }) => fixed ?? last ?? []),
  );
  return ends.some((end) => !pseudoVersion.test(end));
}

/** Returns the check for the end of a range, such as `< 0.2` or `<= 1.4.0`. */
function endOf(text: string | null | undefined): (version: SemVer) => boolean {
  const [, operator, at = ''] = /^\s*(<=?)\s*(\S+)\s*$/.exec(text ?? '') ?? [];
  const end = operator === undefined ? undefined : parseVersion(at);
  if (end === undefined) return () => true;
  return (version) => (operator === '<' ? compare(version, end) < 0 : compare(version, end) <= 0);
}
