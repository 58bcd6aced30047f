import { describe, expect, it } from 'vitest';
import type { Checksum } from './checksums.js';
import { compareArtifacts, formatDifferences, type FoundArtifact } from './compare.js';

const [one, two] = ['1'.repeat(64), '2'.repeat(64)];
const record: Checksum = {
  path: 'linux/amd64/x',
  platform: 'linux/amd64',
  size: 4,
  sha256: one,
  executable: true,
};
const found: FoundArtifact = {
  path: 'linux/amd64/x',
  size: 4,
  sha256: one,
  runBit: true,
  recordedSha256: one,
};

describe('compareArtifacts', () => {
  it.each([
    ['nothing', [record], [found], []],
    ['a missing file', [record], [], [['missing', []]]],
    ['an extra file', [], [found], [['extra', []]]],
    [
      'another size',
      [record],
      [{ ...found, size: 5, sha256: two, recordedSha256: two }],
      [['changed', ['size 5, listed 4', 'sha256 222222222222…, listed 111111111111…']]],
    ],
    [
      'different content of the same size',
      [record],
      [{ ...found, sha256: two, recordedSha256: two }],
      [['changed', ['sha256 222222222222…, listed 111111111111…']]],
    ],
    [
      'a .sha256 file of different content',
      [record],
      [{ ...found, recordedSha256: two }],
      [['changed', ['its .sha256 does not match']]],
    ],
    [
      'a missing .sha256 file',
      [record],
      [{ ...found, recordedSha256: undefined }],
      [['changed', ['its .sha256 is missing or damaged']]],
    ],
    [
      'a lost execute permission',
      [record],
      [{ ...found, runBit: false }],
      [['changed', ['it is no longer executable']]],
    ],
    [
      'no execute permission where none is required',
      [{ ...record, executable: false }],
      [{ ...found, runBit: false }],
      [],
    ],
  ])('reports %s', (_, listed, actual, expected) => {
    const differences = compareArtifacts(listed, actual);
    expect(differences.map(({ kind, details }) => [kind, details])).toEqual(expected);
  });
});

it('lists differences in columns, sorted by path', () => {
  const differences = compareArtifacts(
    [record, { ...record, path: 'a/b' }],
    [
      { ...found, runBit: false },
      { ...found, path: 'z' },
    ],
  );
  expect(formatDifferences(differences)).toBe(
    ['missing  a/b', 'changed  linux/amd64/x  it is no longer executable', 'extra    z'].join('\n'),
  );
});
