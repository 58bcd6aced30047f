import { describe, expect, it } from 'vitest';
import { type BuildState, recordBuild, staleFingerprints } from './fingerprints.js';

const crate = { name: 'app', root: 'crates/app' };
const state = (digest: string, changed: number, environment = 'e'): BuildState => ({
  triple: 't',
  environment,
  crates: [{ crate, state: { digest, changed } }],
});
const known = recordBuild(undefined, state('one', 10), 100, false);
const units = (at: number) =>
  new Map([
    ['app-0123456789abcdef', { package: 'app', at }],
    ['serde-0123456789abcdef', { package: 'serde', at }],
  ]);

describe('fingerprints that cargo would wrongly consider fresh', () => {
  it.each<[string, typeof known | undefined, number, BuildState, readonly string[] | 'all']>([
    ['none if nothing changed', known, 50, state('one', 10), []],
    [
      'a crate whose files changed, regardless of their times',
      known,
      50,
      state('two', 10),
      ['app-0123456789abcdef'],
    ],
    ['none if only times changed', known, 50, state('one', 200), []],
    ['all if the compiler or settings changed', known, 50, state('one', 10, 'other'), 'all'],
    ['none that plain cargo built after the last change', undefined, 50, state('one', 10), []],
    [
      'those that plain cargo built before the last change',
      undefined,
      50,
      state('one', 60),
      ['app-0123456789abcdef'],
    ],
    [
      'those that plain cargo built after our build, if a file changed later',
      known,
      150,
      state('one', 200),
      ['app-0123456789abcdef'],
    ],
    [
      'none that plain cargo built after our build, if nothing changed later',
      known,
      150,
      state('one', 10),
      [],
    ],
  ])('%s', (_, before, at, now, expected) => {
    expect(staleFingerprints(before, units(at), now)).toEqual(expected);
  });

  it.each<[string, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['unchanged', { '/far/a': '1', '/far/b': null }, []],
    ['changed', { '/far/a': '2', '/far/b': null }, ['app-0123456789abcdef']],
    ['created', { '/far/a': '1', '/far/b': '3' }, ['app-0123456789abcdef']],
    ['deleted', { '/far/a': null, '/far/b': null }, ['app-0123456789abcdef']],
  ])('a crate that read a file that no source names, if the file is %s', (_, extra, expected) => {
    const read = new Map([['crates/app', { '/far/a': '1', '/far/b': null }]]);
    const before = recordBuild(undefined, state('one', 10), 100, false, read);
    expect(staleFingerprints(before, units(50), { ...state('one', 10), extra })).toEqual(expected);
    // A build that does not compile the crate keeps its recorded reads.
    const after = recordBuild(before, state('one', 10), 200, false);
    expect(staleFingerprints(after, units(50), { ...state('one', 10), extra })).toEqual(expected);
  });

  it('a record is discarded if the fingerprints of the folder were removed', () => {
    const after = recordBuild(known, { ...state('two', 10, 'other'), triple: 'u' }, 300, true);
    expect(after.environments).toEqual({ u: 'other' });
    expect(recordBuild(known, { ...state('two', 10), crates: [] }, 300, false).crates).toEqual(known.crates);
  });
});
