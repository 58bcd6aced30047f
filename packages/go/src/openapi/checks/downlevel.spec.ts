import { describe, expect, it } from 'vitest';
import { bundleOf } from '../description.spec.helper.js';
import { generators } from '../generators/index.js';
import { type JsonObject, toJson, valueAt } from '../document/json.js';
import { downlevel } from './downlevel.js';

/** Returns the downleveled schema of an operation's response. */
function written(schema: unknown, generator: keyof typeof generators, rest: JsonObject = {}) {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/A' } } };
  const { document, origins } = bundleOf({
    'a.json': toJson({
      openapi: '3.1.0',
      info: { title: 'A', version: '1' },
      paths: { '/a': { get: { responses: { 200: { description: 'ok', content } } } } },
      components: { schemas: { A: schema, B: { type: 'object' } } },
      ...rest,
    }),
  });
  const notes = downlevel(document, generators[generator], origins);
  return { notes, schema: valueAt(document, ['components', 'schemas', 'A']) };
}

describe('downlevel', () => {
  it.each<[string, unknown, unknown]>([
    ['a type or null', { type: ['null', 'string'] }, { type: 'string', nullable: true }],
    ['one type in a list', { type: ['string'] }, { type: 'string' }],
    ['null in a list', { type: ['null'] }, { type: 'null' }],
    ['a lower bound', { exclusiveMinimum: 0 }, { exclusiveMinimum: true, minimum: 0 }],
    [
      'a bound with a looser inclusive one',
      { exclusiveMaximum: 5, maximum: 9 },
      { exclusiveMaximum: true, maximum: 5 },
    ],
    [
      'a bound with a tighter inclusive one',
      { exclusiveMinimum: 5, minimum: 9 },
      { exclusiveMinimum: false, minimum: 9 },
    ],
    ['anything', { properties: { a: true }, items: true }, { properties: { a: {} }, items: {} }],
    ['closed items', { prefixItems: [true], items: false }, { prefixItems: [{}] }],
    ['closed objects, which 3.0 supports', { additionalProperties: false }, { additionalProperties: false }],
  ])('rewrites %s in the syntax of 3.0 for ogen', (_, schema, expected) => {
    expect(written(schema, 'ogen').schema).toEqual(expected);
  });

  it('keeps syntax that the generator supports', () => {
    const schema = { type: ['null', 'string'], exclusiveMinimum: 0 };
    expect(written(schema, 'oapi-codegen').schema).toEqual(schema);
    const several = { type: ['string', 'integer'], properties: { a: true } };
    expect(written(several, 'openapi-generator').schema).toEqual(several);
  });

  it.each<[keyof typeof generators, unknown, string]>([
    ['oapi-codegen', { type: ['string', 'integer'] }, 'type: [string, integer]'],
    ['ogen', { type: ['string', 'integer', 'null'] }, 'type: [string, integer, null]'],
    ['oapi-codegen', { properties: { a: false } }, 'the schema `false`'],
    ['openapi-generator', { properties: { a: { type: 'null' } } }, 'type: "null"'],
  ])('rejects for %s the schema %j, with a remedy', (generator, schema, what) => {
    expect(() => written(schema, generator)).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_UNSUPPORTED',
        what: expect.stringContaining(`schema A uses ${what}`) as string,
        why: `the generator ${generator} does not support it`,
        remedy: expect.stringMatching(/overlay/) as string,
      }),
    );
  });

  it('ignores unsupported syntax in unused components', () => {
    const schemas = { A: {}, Unused: { type: ['string', 'integer'] } };
    expect(written({}, 'oapi-codegen', { components: { schemas } }).notes).toEqual([]);
  });

  it('reports what the generator leaves out', () => {
    const reference = { $ref: '#/components/schemas/B', description: 'b', required: ['x'] };
    expect(written({ properties: { b: reference } }, 'oapi-codegen').notes).toEqual([
      'a.json:1: oapi-codegen ignores the keywords next to $ref: required',
    ]);
    const webhooks = { webhooks: { ground: { post: {} } } };
    expect(written({}, 'openapi-generator', webhooks).notes).toEqual([
      'a.json:1: openapi-generator generates no code for webhooks: ground',
    ]);
    expect(written({}, 'ogen', webhooks).notes).toEqual([]);
  });
});
