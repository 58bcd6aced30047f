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

describe('what cargo must not take for fresh', () => {
  it.each<[string, typeof known | undefined, number, BuildState, readonly string[] | 'all']>([
    ['nothing where all is as it was', known, 50, state('one', 10), []],
    [
      'a crate whose files changed, whatever their times say',
      known,
      50,
      state('two', 10),
      ['app-0123456789abcdef'],
    ],
    ['nothing where only the times changed', known, 50, state('one', 200), []],
    ['everything where compiler or settings changed', known, 50, state('one', 10, 'other'), 'all'],
    ['nothing that another cargo built after the last change', undefined, 50, state('one', 10), []],
    [
      'what another cargo built before the last change',
      undefined,
      50,
      state('one', 60),
      ['app-0123456789abcdef'],
    ],
    [
      'what another cargo built since, where a file changed after',
      known,
      150,
      state('one', 200),
      ['app-0123456789abcdef'],
    ],
    ['nothing that another cargo built since and no change followed', known, 150, state('one', 10), []],
  ])('%s', (_, before, at, now, expected) => {
    expect(staleFingerprints(before, units(at), now)).toEqual(expected);
  });

  it.each<[string, Readonly<Record<string, string | null>>, readonly string[]]>([
    ['the same', { '/far/a': '1', '/far/b': null }, []],
    ['another', { '/far/a': '2', '/far/b': null }, ['app-0123456789abcdef']],
    ['there now', { '/far/a': '1', '/far/b': '3' }, ['app-0123456789abcdef']],
    ['gone', { '/far/a': null, '/far/b': null }, ['app-0123456789abcdef']],
  ])('a crate that read a file which no source names, where that file is %s', (_, extra, expected) => {
    const read = new Map([['crates/app', { '/far/a': '1', '/far/b': null }]]);
    const before = recordBuild(undefined, state('one', 10), 100, false, read);
    expect(staleFingerprints(before, units(50), { ...state('one', 10), extra })).toEqual(expected);
    // A build in which the crate was not compiled leaves what is known of it.
    const after = recordBuild(before, state('one', 10), 200, false);
    expect(staleFingerprints(after, units(50), { ...state('one', 10), extra })).toEqual(expected);
  });

  it('forgets what was known of a folder that is emptied', () => {
    const after = recordBuild(known, { ...state('two', 10, 'other'), triple: 'u' }, 300, true);
    expect(after.environments).toEqual({ u: 'other' });
    expect(recordBuild(known, { ...state('two', 10), crates: [] }, 300, false).crates).toEqual(known.crates);
  });
});
