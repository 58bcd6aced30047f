import { describe, expect, it } from 'vitest';
import { bundleOf, documentOf, operationReturning, refTo } from '../description.spec.helper.js';
import { type JsonObject, valueAt } from '../document/json.js';
import { adaptNames, adaptPaths, adaptSchemas } from './adapt.js';

const inPath = (name: string) => ({ name, in: 'path', required: true, schema: { type: 'integer' } });

it.each<[string, string, object, string[], RegExp]>([
  [
    'adds a path parameter that is not declared',
    '/a/{id}',
    {},
    ['id'],
    /GET \/a\/\{id\} declares no path parameter id/,
  ],
  [
    'leaves out a path parameter that the path lacks',
    '/a',
    { parameters: [inPath('id')] },
    [],
    /declares the path parameter id, which its path lacks/,
  ],
])('%s', (_, path, more, names, note) => {
  const get = { ...operationReturning({}), ...more };
  const { document, origins } = bundleOf({ 'a.json': documentOf({ paths: { [path]: { get } } }) });
  expect(adaptPaths(document, origins)).toEqual([expect.stringMatching(note)]);
  const found = valueAt(document, ['paths', path, 'get', 'parameters']) as JsonObject[];
  expect(found.map(({ name }) => name)).toEqual(names);
});

it('changes no operation whose parameters are those of its path', () => {
  const item = { parameters: [inPath('a')], get: { ...operationReturning({}), parameters: [inPath('b')] } };
  const { document, origins } = bundleOf({ 'a.json': documentOf({ paths: { '/{a}/{b}': item } }) });
  expect(adaptPaths(document, origins)).toEqual([]);
});

it.each<[string, JsonObject, RegExp | undefined]>([
  [
    'two inline alternatives',
    { oneOf: [{ type: 'object' }, { type: 'object' }], discriminator: { propertyName: 'k' } },
    /discriminator is ignored/,
  ],
  [
    'an inline alternative and a mapping',
    {
      oneOf: [refTo('B'), {}],
      discriminator: { propertyName: 'k', mapping: { b: '#/components/schemas/B' } },
    },
    /discriminator is ignored/,
  ],
  ['components', { oneOf: [refTo('B'), refTo('B')], discriminator: { propertyName: 'k' } }, undefined],
  ['readOnly of one part', { allOf: [refTo('B'), { readOnly: true }] }, /readOnly is ignored/],
  ['readOnly of all parts', { allOf: [{ readOnly: true }, { readOnly: true }] }, undefined],
])('adapts a schema with %s to what oapi-codegen accepts', (_, schema, note) => {
  const { document, origins } = bundleOf({
    'a.json': documentOf({ schemas: { A: schema, B: { type: 'object' } } }),
  });
  expect(adaptSchemas(document, origins)).toEqual(note === undefined ? [] : [expect.stringMatching(note)]);
});

describe('a schema whose name begins with a digit', () => {
  const named = (schemas: JsonObject, schema: JsonObject = refTo('400')) =>
    bundleOf({
      'a.json': documentOf({ paths: { '/a': { get: operationReturning(schema) } }, schemas }),
    });

  it('gets its Go name in the document, and so do references and mappings', () => {
    const { document, origins } = named(
      { A: {}, '400': { properties: { again: refTo('400') } }, Z: {} },
      {
        oneOf: [refTo('400'), refTo('A')],
        discriminator: { propertyName: 'k', mapping: { b: '#/components/schemas/400', c: '400', d: 'A' } },
      },
    );
    const line = origins.of(['components', 'schemas', '400']);
    adaptNames(document, origins);
    expect(Object.keys(valueAt(document, ['components', 'schemas']) as JsonObject).sort()).toEqual([
      'A',
      'N400',
      'Z',
    ]);
    const text = JSON.stringify(document);
    expect(text).not.toContain('/400');
    expect(text).toContain('"mapping":{"b":"#/components/schemas/N400","c":"N400","d":"A"}');
    expect(origins.of(['components', 'schemas', 'N400'])).toBe(line);
  });

  it('keeps its name if its Go name is taken', () => {
    const { document, origins } = named({ '400': {}, N400: {} });
    adaptNames(document, origins);
    expect(valueAt(document, ['components', 'schemas', '400'])).toEqual({});
  });
});
