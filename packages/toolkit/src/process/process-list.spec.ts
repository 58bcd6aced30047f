import { expect, it } from 'vitest';
import { type ListedProcess, membersOf } from './process-list.js';

const entry = (pid: number, parent: number, session: number): ListedProcess => ({
  pid,
  parent,
  session,
  startedAt: '1',
});

it.each([
  ['its descendants', [entry(10, 1, 1), entry(11, 10, 1), entry(12, 11, 1), entry(20, 1, 1)], [10, 11, 12]],
  ['an orphan in its session', [entry(10, 1, 10), entry(13, 1, 10), entry(20, 1, 20)], [10, 13]],
  ['an orphan in the session of an ended root', [entry(13, 1, 10), entry(20, 1, 20)], [13]],
  [
    'a descendant in a session of its own',
    [entry(10, 1, 10), entry(14, 10, 14), entry(15, 14, 14)],
    [10, 14, 15],
  ],
  ['nothing else', [entry(20, 1, 20)], []],
])('the tree of a root includes %s', (_, listed, expected) => {
  expect(membersOf(new Set([10]), listed).map(({ pid }) => pid)).toEqual(expected);
});
