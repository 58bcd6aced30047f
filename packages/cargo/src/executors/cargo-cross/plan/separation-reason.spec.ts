import { expect, it } from 'vitest';
import { separationReason } from './separation-reason.js';
import { shapeOf } from './invocation-shape.js';
import { requestWith } from './request.spec.helper.js';

const shape = shapeOf(requestWith());

it.each([
  [{ profile: 'dev' }, 'different profile'],
  [{ profile: 'dev', features: ['x'] }, 'different profile, features'],
  [{ settingsArgs: ['-Z'], args: ['-v'] }, 'different arguments'],
  [
    { onlyTarget: 'aarch64-unknown-linux-gnu' },
    'different target (the host triple is built without --target)',
  ],
  [{}, 'it would change the features of shared dependencies'],
])('requests that differ in %j are not built in the same cargo run', (slots, expected) => {
  expect(separationReason(shape, { ...shape, ...slots })).toBe(expected);
});
