import { matchGlobPaths } from 'nx/src/native/index.js';
import { describe, expect, it } from 'vitest';
import { escapeGlob, folderInput, pathInput, pathsInput } from './globs.js';

const names = [
  'a[b]?',
  'a{b,c}*',
  'x(y)',
  '!z',
  'u+(v)',
  '@(w)',
  '*(x)',
  '(y)',
  '[b]',
  'a b',
  'plain',
  'a,b',
  'ab',
  'ac1',
];

describe('escapeGlob returns a glob that matches only the path', () => {
  it.each(names)('%s', (name) => {
    const path = (one: string) => `crates/${one}/src/lib.rs`;
    const pattern = `crates/${escapeGlob(name)}/src/lib.rs`;
    expect(names.filter((one) => matchGlobPaths([pattern], [path(one)])[0])).toEqual([name]);
    const first = `${escapeGlob(name)}/**/*`;
    expect(names.filter((one) => matchGlobPaths([first], [`${one}/deep/x`])[0])).toEqual([name]);
  });
});

it('returns inputs relative to the workspace root', () => {
  expect([pathInput('a/b.rs'), folderInput('a[1]'), folderInput('.')]).toEqual([
    '{workspaceRoot}/a/b.rs',
    '{workspaceRoot}/a\\[1\\]/**/*',
    '{workspaceRoot}/**/*',
  ]);
});

it('combines names in one folder into one input, except names with glob characters', () => {
  expect(pathsInput(['a/x.rs', 'a/y.rs', 'a/z[1].rs', 'b/x.rs', 'x', 'y'])).toEqual([
    '{workspaceRoot}/a/{x.rs,y.rs}',
    '{workspaceRoot}/a/z\\[1\\].rs',
    '{workspaceRoot}/b/x.rs',
    '{workspaceRoot}/{x,y}',
  ]);
});

it('writes tens of thousands of names in linear time', () => {
  const names = Array.from({ length: 50_000 }, (_, index) => `a/${index}${index % 2 === 0 ? '' : '*'}`);
  const started = process.cpuUsage();
  expect(pathsInput(names)).toHaveLength(25_001);
  // In quadratic time it took 20 s.
  expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(5);
});
