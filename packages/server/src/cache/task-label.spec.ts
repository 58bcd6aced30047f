import { expect, it } from 'vitest';
import { labelHeaders, labelOf } from './task-label.js';

it.each([
  ['@acme/web', 'build:release'],
  ['käse & <b>', 'test'],
  ['a'.repeat(200), 'b'],
])('passes the names of a task on: %j, %j', (project, target) => {
  expect(labelOf(labelHeaders({ project, target }))).toEqual({ project, target });
});

it.each([
  ['nothing', undefined],
  ['an empty name', ''],
  ['blanks', '%20%20'],
  ['a wrong encoding', '%ff'],
  ['a NUL', 'a%00'],
  ['a line break', 'a%0Ab'],
  ['text that turns the direction', 'a%E2%80%AEb'],
  ['a name that is too long', 'a'.repeat(201)],
  ['a repeated header', ['a', 'b']],
])('leaves out %s', (_, value) => {
  expect(labelOf({ 'millwright-project': value }).project).toBeUndefined();
});
