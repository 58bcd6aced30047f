import { describe, expect, it } from 'vitest';
import type { Crate } from '../graph/model.js';
import { type BuildState, recordBuild, staleFingerprints } from './fingerprints.js';

const crate = { name: 'app', root: 'crates/app' } as unknown as Crate;
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

  it('forgets what was known of a folder that is emptied', () => {
    const after = recordBuild(known, { ...state('two', 10, 'other'), triple: 'u' }, 300, true);
    expect(after.environments).toEqual({ u: 'other' });
    expect(recordBuild(known, { ...state('two', 10), crates: [] }, 300, false).crates).toEqual(known.crates);
  });
});
