import { expect, it } from 'vitest';
import { checkValues } from './check-values.js';
import { rejectProblems } from './problems.js';
import { bundleOf } from '../description.spec.helper.js';

const checked = (text: string) => () => {
  const { document, origins } = bundleOf({ 'a.yaml': text });
  rejectProblems(checkValues(document), origins);
};
const text = (version: string, schema: string, used = 'A') =>
  `openapi: 3.0.3
info:
  title: a
  version: ${version}
paths: { /a: { get: { responses: { "200": { description: a, content: { application/json: { schema: { $ref: "#/components/schemas/${used}" } } } } } } } }
components:
  schemas:
    A:
      type: object
      properties:
        name:
${schema}
    B: { type: object }
`;

it.each<[string, string, string, number, string]>([
  [
    'a version without quotation marks',
    '1.10',
    '          type: string',
    4,
    'invalid value in the document: info.version is the number',
  ],
  [
    'required in a property',
    '"1"',
    '          type: string\n          required: true',
    13,
    'invalid value in the document: required: true in a schema',
  ],
  [
    'a misspelt type',
    '"1"',
    '          type: integr',
    12,
    'invalid value in the document: the type integr (did you mean "integer"?)',
  ],
])('refuses %s, by line', (_, version, schema, line, what) => {
  expect(checked(text(version, schema))).toThrow(
    expect.objectContaining({
      what: expect.stringContaining(what) as string,
      location: { file: 'a.yaml', line },
    }),
  );
});

it('reports all mistakes at once', () => {
  expect(checked(text('1.10', '          type: strin\n          required: false'))).toThrow(
    expect.objectContaining({
      code: 'OPENAPI_DOCUMENT_INVALID',
      why: expect.stringMatching(
        /a\.yaml:13: [^]*required: false[^]*a\.yaml:12: [^]*the type strin/,
      ) as string,
    }),
  );
});

it('accepts lists of types, properties named like keywords, and examples', () => {
  const schema = '          type: [string, "null"]\n          example: { type: integr, required: true }';
  expect(checked(text('"1.10"', schema))).not.toThrow();
  const named = '          properties: { type: { type: string }, required: { type: boolean } }';
  expect(checked(text('"1.10"', named))).not.toThrow();
});

it('ignores the type of an unused schema', () => {
  expect(checked(text('"1"', '          type: integr', 'B'))).not.toThrow();
});
