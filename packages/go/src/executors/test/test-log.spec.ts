import { expect, it } from 'vitest';
import { addReads } from './test-log.js';

it.each<[string, string, { variables?: string[]; opened?: string[]; asked?: string[] }]>([
  ['variables', 'getenv A\ngetenv B C\n', { variables: ['A', 'B C'] }],
  [
    'paths, from where the test runs',
    'open testdata/x\nopen ../y\nstat /etc/z\n',
    { opened: ['/m/p/testdata/x', '/m/y'], asked: ['/etc/z'] },
  ],
  [
    'paths, from where the test went',
    'open a\nchdir /tmp/t\nopen b\nchdir /m/p\nopen c\n',
    { opened: ['/m/p/a', '/tmp/t/b', '/m/p/c'] },
  ],
  ['a name with blanks', 'open a b.txt\n', { opened: ['/m/p/a b.txt'] }],
  ['what is left of a damaged log', '\0\0\0\0tenv A\n\nnonsense\nopen a\n', { opened: ['/m/p/a'] }],
])('reads from a test log: %s', (_, log, expected) => {
  const reads = { variables: new Set<string>(), opened: new Set<string>(), asked: new Set<string>() };
  addReads(`# test log\n${log}`, '/m/p', reads);
  expect({
    variables: [...reads.variables],
    opened: [...reads.opened],
    asked: [...reads.asked],
  }).toEqual({ variables: [], opened: [], asked: [], ...expected });
});
