import { expect, it } from 'vitest';
import { expandVariables } from './expand-variables.js';

const variables = new Map([
  ['prefix', '/usr'],
  ['pc.dir', '/usr/lib'],
  ['long', 'x'.repeat(60_000)],
  ['self', '${self}'],
]);

it.each([
  ['-L${prefix}/lib -I${pc.dir}', '-L/usr/lib -I/usr/lib'],
  ['none', 'none'],
  ['${missing}/a', '/a'],
  ['${self}', '${self}'],
  ['${', '${'],
  ['${long}${long}', ''],
  ['${long}'.repeat(1_000_000), ''],
])('expandVariables(%.40s)', (value, expected) => {
  expect(expandVariables(value, variables)).toBe(expected);
});
