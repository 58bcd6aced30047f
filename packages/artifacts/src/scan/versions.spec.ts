import { describe, expect, it } from 'vitest';
import type { Affected } from './osv.js';
import { isAffectedVersion, parseVersion } from './versions.js';

const affected = (change: Partial<Affected>): Affected => ({
  package: { ecosystem: 'crates.io', name: 'one' },
  ...change,
});
type Event = { introduced: string } | { fixed: string } | { last_affected: string } | { limit: string };
const range = (...events: Event[]) => affected({ ranges: [{ type: 'SEMVER', events }] });

it.each([
  ['1.2.3', '1.2.3'],
  ['v1.2.3+incompatible', '1.2.3'],
  ['v0.0.0-20220906165146-f3363e06e74c', '0.0.0-20220906165146-f3363e06e74c'],
  ['1.21rc1', '1.21.0-rc1'],
  ['1.26', '1.26.0'],
  ['1.26.6-X:boringcrypto', '1.26.6'],
  ['1.26 X:loopvar,boringcrypto', '1.26.0'],
  ['1.27-5abc', '1.27.0-5abc'],
  ['0.1', '0.1.0'],
  ['go1.24.2', '1.24.2'],
])('reads the version %s', (text, version) => {
  expect(parseVersion(text)?.version).toBe(version);
});

it.each(['', 'devel', 'one.two'])('reads no version in %j', (text) => {
  expect(parseVersion(text)).toBeUndefined();
});

describe('a version', () => {
  const two = range({ introduced: '1.0.0' }, { fixed: '1.2.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' });
  it.each<[title: string, version: string, of: Affected, isAffected: boolean]>([
    ['before all ranges is not affected', '0.9.0', two, false],
    ['of Go with an experiment, at the end of a range, is not', '1.2.0-X:boringcrypto', two, false],
    [
      'after a range that ends with a pseudo-version is not',
      'v0.53.0',
      range({ introduced: '0' }, { fixed: '0.0.0-20200124225646-8b5121be2f68' }),
      false,
    ],
    ['at the start of a range is', '1.0.0', two, true],
    ['at its end is not', '1.2.0', two, false],
    ['between ranges is not', '1.9.9', two, false],
    ['in the second range is', '2.0.5', two, true],
    ['after a prerelease of the fix is not', '2.1.0', two, false],
    ['that is a prerelease of the fix is', '2.1.0-rc.1', two, true],
    [
      'in overlapping ranges is',
      '1.5.0',
      range({ introduced: '0' }, { introduced: '1.0.0' }, { fixed: '2.0.0' }),
      true,
    ],
    ['in events without order is', '1.5.0', range({ fixed: '2.0.0' }, { introduced: '1.0.0' }), true],
    [
      'that is the last affected one is',
      '1.4.0',
      range({ introduced: '0' }, { last_affected: '1.4.0' }),
      true,
    ],
    [
      'after the last affected one is not',
      '1.4.1',
      range({ introduced: '0' }, { last_affected: '1.4.0' }),
      false,
    ],
    ['at the limit of a range is not', '2.0.0', range({ introduced: '0' }, { limit: '2.0.0' }), false],
    [
      'below one of two limits is',
      '2.5.0',
      range({ introduced: '0' }, { limit: '2.0.0' }, { limit: '3.0.0' }),
      true,
    ],
    ['in a range that says it has no limit is', '9.0.0', range({ introduced: '0' }, { limit: '*' }), true],
    ['that is listed is', 'v1.0.0', affected({ versions: ['1.0.0'] }), true],
    ['that is not listed is not', '1.0.1', affected({ versions: ['1.0.0'] }), false],
    ['of a package without ranges is', '1.0.0', affected({}), true],
    ['that cannot be compared is', 'devel', two, true],
    [
      'is affected if an event cannot be compared',
      '3.0.0',
      range({ introduced: '0' }, { fixed: 'soon' }),
      true,
    ],
    [
      'in commits of Git only is not known here',
      '1.0.0',
      affected({ ranges: [{ type: 'GIT', events: [] }] }),
      true,
    ],
  ])('%s', (_, version, of, isAffected) => {
    expect(isAffectedVersion(version, of)).toBe(isAffected);
  });

  it.each([
    ['0.1.45', true],
    ['0.3.36', false],
  ])('%s respects the known end of a range without a fix: %s', (version, isAffected) => {
    const of = affected({
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0.1' }] }],
      database_specific: { last_known_affected_version_range: '< 0.2' },
    });
    expect(isAffectedVersion(version, of)).toBe(isAffected);
  });
});
