import { expect, it } from 'vitest';
import { parseTrustClass, readableClasses, type TrustClass } from './trust-class.js';

it.each([
  ['trusted', true],
  ['pr:12', true],
  ['branch:refs/heads/main', true],
  ['dev:ada', true],
  ['pr:0', false],
  ['pr:12x', false],
  ['branch:', false],
  ['branch:a b', false],
  ['Trusted', false],
  ['trusted:x', false],
  ['admin', false],
])('reads the class %j: %s', (text, isClass) => {
  expect(parseTrustClass(text)).toBe(isClass ? text : undefined);
});

it('lets trusted jobs read only what trusted jobs wrote, and no class what another untrusted class wrote', () => {
  const classes: TrustClass[] = ['trusted', 'pr:1', 'pr:2', 'branch:x', 'dev:ada'];
  const table = classes.map((own) => classes.filter((other) => readableClasses(own).includes(other)));
  expect(table).toEqual([
    ['trusted'],
    ['trusted', 'pr:1'],
    ['trusted', 'pr:2'],
    ['trusted', 'branch:x'],
    ['trusted', 'dev:ada'],
  ]);
});
