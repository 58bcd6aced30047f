import { expect, it } from 'vitest';
import { bashArguments } from './arguments.js';

it.each([
  ['name="$1"', { name: 'Ada' }, ['Ada']],
  ['second="$2"\nfirst="$1"', { first: 'a', second: 'b' }, ['a', 'b']],
  ['name="${1:-nobody}" # who', {}, ['']],
  ['list="$1"', { list: [1, 'a b'] }, ['[1,"a b"]']],
  ['flag="$1"', { flag: false }, ['false']],
  ['name="$1"', { name: '$(rm -rf /); "' }, ['$(rm -rf /); "']],
  ['  indented="$1"\necho "$1"', { indented: 'x' }, []],
  ['huge="$99999999"', { huge: 'x' }, []],
])('the arguments of the Bash script %j with %j are %j', (script, args, expected) => {
  expect(bashArguments(script, args)).toEqual(expected);
});
