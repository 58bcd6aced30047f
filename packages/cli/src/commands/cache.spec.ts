import { describe, expect, it } from 'vitest';
import { describeEntry, describeRevoked, describeStatistics } from './cache.js';

const entry = {
  workspace: 'shop',
  trustClass: 'trusted',
  digest: 'ab'.repeat(32),
  size: 1200,
  createdAt: '2026-11-28T14:00:12.345Z',
  lastReadAt: '2026-11-28T15:00:00.000Z',
  revokedAt: null,
  writer: 'acme/shop push refs/heads/main',
  run: '77',
  commit: 'c0ffee',
};

describe('an entry', () => {
  it('shows who restores it, who wrote it, and its archive', () => {
    expect(describeEntry(entry).split('\n')).toEqual([
      'trusted in the workspace shop: restored by every job, unless its own class has an entry',
      '  written    2026-11-28T14:00:12Z by acme/shop push refs/heads/main',
      '  run        77',
      '  commit     c0ffee',
      '  last read  2026-11-28T15:00:00Z',
      expect.stringMatching(`^ {2}archive    1\\.2 .*, sha256 ${entry.digest}$`),
    ]);
  });

  it.each([
    ['pr:12', null, 'pr:12 in the workspace shop: restored by jobs of pr:12 only'],
    [
      'pr:12',
      entry.createdAt,
      'pr:12 in the workspace shop: revoked 2026-11-28T14:00:12Z, restored by nobody',
    ],
  ])('of the class %s, revoked %s', (trustClass, revokedAt, line) => {
    expect(describeEntry({ ...entry, trustClass, revokedAt, run: null, commit: null }).split('\n')[0]).toBe(
      line,
    );
  });
});

it.each([
  [{ revoked: 0, classes: [], tokens: 0 }, false, 'no entry matches, so nothing is revoked'],
  [
    {
      revoked: 3,
      classes: [
        { trustClass: 'pr:1', entries: 1 },
        { trustClass: 'trusted', entries: 2 },
      ],
      tokens: 1,
    },
    false,
    'revoked 3 entries: pr:1 1, trusted 2\nrevoked 1 token of the run, with which it could write again',
  ],
  [
    { revoked: 1, classes: [{ trustClass: 'pr:1', entries: 1 }], tokens: 0 },
    true,
    'would revoke 1 entry: pr:1 1',
  ],
])('a revocation of %j, on trial: %s', (revoked, isTrial, text) => {
  expect(describeRevoked(revoked, isTrial)).toBe(text);
});

it('statistics show the classes of each workspace, and how much of the quotas they use', () => {
  const used = (workspace: string, trustClass: string, bytes: number) => ({
    ...{ workspace, trustClass, bytes, entries: 1, lastReadAt: entry.lastReadAt },
  });
  const classes = [used('api', 'trusted', 100), used('shop', 'pr:1', 250), used('shop', 'pr:12', 250)];
  const lines = describeStatistics({ classes, quotaBytes: { trusted: 1000, pr: 1000 } }).split('\n');
  expect(lines).toEqual([
    'workspace api',
    expect.stringMatching(/^trusted {2}1 entry {2}.* {2}last read 2026-11-28T15:00:00Z$/),
    expect.stringMatching(/^quotas used: trusted: .* \(10 %\)$/),
    '',
    'workspace shop',
    expect.stringMatching(/^pr:1 {3}1 entry/),
    expect.stringMatching(/^pr:12 {2}1 entry/),
    expect.stringMatching(/^quotas used: pr: .* \(50 %\)$/),
  ]);
  expect(describeStatistics({ classes: [], quotaBytes: {} })).toBe('no entries');
});
