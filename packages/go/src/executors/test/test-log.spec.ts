import { expect, it } from 'vitest';
import { addReads } from './test-log.js';

it.each<[string, string, { variables?: string[]; opened?: string[]; checked?: string[] }]>([
  ['variables', 'getenv A\ngetenv B C\n', { variables: ['A', 'B C'] }],
  [
    "paths relative to the test's folder",
    'open testdata/x\nopen ../y\nstat /etc/z\n',
    { opened: ['/m/p/testdata/x', '/m/y'], checked: ['/etc/z'] },
  ],
  [
    'paths after a change of the working folder',
    'open a\nchdir /tmp/t\nopen b\nchdir /m/p\nopen c\n',
    { opened: ['/m/p/a', '/tmp/t/b', '/m/p/c'] },
  ],
  ['a name with spaces', 'open a b.txt\n', { opened: ['/m/p/a b.txt'] }],
  ['the intact lines of a damaged log', '\0\0\0\0tenv A\n\nnonsense\nopen a\n', { opened: ['/m/p/a'] }],
])('parses a test log: %s', (_, log, expected) => {
  const reads = { variables: new Set<string>(), opened: new Set<string>(), checked: new Set<string>() };
  addReads(`# test log\n${log}`, '/m/p', reads);
  expect({
    variables: [...reads.variables],
    opened: [...reads.opened],
    checked: [...reads.checked],
  }).toEqual({ variables: [], opened: [], checked: [], ...expected });
});
