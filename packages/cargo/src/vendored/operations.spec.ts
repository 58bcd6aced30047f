import { expect, it } from 'vitest';
import { isOpenApi, operationsIn } from './operations.js';

it('finds the operations of an OpenAPI document', () => {
  expect([...operationsIn('paths: { /a: { get: { x: 1 }, summary: b } }').keys()]).toEqual(['GET /a']);
});

const aliases = Array.from(
  { length: 30 },
  (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`,
);

it.each([
  ['is nested too deeply', `[${'    image: x\n'.repeat(5_000)}---\n`],
  [
    'has a value that is nested too deeply',
    `paths: { /a: { get: ${'['.repeat(3_000)}${']'.repeat(3_000)} } }`,
  ],
  ['has aliases that multiply', `a0: &a0 x\n${aliases.join('\n')}\npaths: { /a: { get: *a30 } }`],
  ['has an alias without an anchor', 'paths: *a'],
  ['has an alias that holds itself', 'paths: { /a: &a { get: *a } }'],
  ['merges what is no mapping', '<<: a'],
  ['is no YAML', '{'],
])('finds no operations in a document that %s', (_, text) => {
  expect(operationsIn(text).size).toBe(0);
});

it.each([
  ['YAML', 'openapi: 3.0.3\n', true],
  ['YAML with a comment above', '# An API\n"openapi": "3.1.0"\n', true],
  ['JSON', '{\n  "info": {},\n  "openapi": "3.1.0"\n}', true],
  ['JSON in one line', '{"openapi":"3.0.3"}', true],
  ['Swagger 2.0', '{"swagger":"2.0"}', false],
  ['another spec.json', '{ "name": "openapi" }', false],
])('recognizes an OpenAPI document: %s', (_, text, expected) => {
  expect(isOpenApi(text)).toBe(expected);
});
