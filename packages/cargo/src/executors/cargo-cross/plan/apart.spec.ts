import { expect, it } from 'vitest';
import { apartBecause } from './apart.js';
import { shapeOf } from './invocation-shape.js';
import { requestWith } from './request.spec.helper.js';

const shape = shapeOf(requestWith());

it.each([
  [{ profile: 'dev' }, 'differs in profile'],
  [{ profile: 'dev', features: ['x'] }, 'differs in profile, features'],
  [{ settingsArgs: ['-Z'], args: ['-v'] }, 'differs in arguments'],
  [
    { onlyTarget: 'aarch64-unknown-linux-gnu' },
    'differs in target (the host triple is built without --target)',
  ],
  [{}, 'together, features of shared dependencies would be others'],
])('requests whose shapes differ in %j are built apart', (slots, expected) => {
  expect(apartBecause(shape, { ...shape, ...slots })).toBe(expected);
});
