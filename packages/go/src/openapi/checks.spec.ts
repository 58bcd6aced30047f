import { describe, expect, it } from 'vitest';
import { checkCycles } from './checks/check-cycles.js';
import { checkParameters } from './checks/check-parameters.js';
import { checkNames, checkOperationIds } from './checks/check-names.js';
import { rejectProblems } from './checks/problems.js';
import { checkReferences } from './checks/check-references.js';
import { operationReturning, bundleOf, documentOf, refTo } from './description.spec.helper.js';
import { goName } from './document/go-names.js';
import { isObject, type JsonObject } from './document/json.js';

const withSchemas = (schemas: JsonObject) => bundleOf({ 'a.json': documentOf({ schemas }) });

describe('checkCycles', () => {
  it.each<[string, JsonObject]>([
    ['an optional property', { A: { properties: { a: refTo('A') } } }],
    ['a list', { A: { required: ['a'], properties: { a: { type: 'array', items: refTo('A') } } } }],
    ['a map', { A: { additionalProperties: refTo('A') } }],
    ['a nullable property', { A: { nullable: true, required: ['a'], properties: { a: refTo('A') } } }],
    ['a property of a part', { A: { allOf: [{ properties: { a: refTo('A') } }] } }],
  ])('accepts a cycle through %s', (_, schemas) => {
    const { document, origins } = withSchemas(schemas);
    expect(() => {
      checkCycles(document, origins);
    }).not.toThrow();
  });

  it.each<[string, JsonObject, string]>([
    ['a reference', { A: refTo('A') }, 'A through $ref'],
    ['two references', { A: refTo('B'), B: refTo('A') }, 'A through $ref, B through $ref'],
    ['allOf', { A: { allOf: [refTo('A'), { type: 'object' }] } }, 'A through allOf'],
    ['nested allOf', { A: { allOf: [{ allOf: [refTo('A')] }] } }, 'A through allOf'],
    [
      'a required property',
      { A: { required: ['b'], properties: { b: refTo('B') } }, B: { allOf: [refTo('A')] } },
      'A through the required property b, B through allOf',
    ],
  ])('rejects a cycle through %s', (_, schemas, steps) => {
    const { document, origins } = withSchemas(schemas);
    expect(() => {
      checkCycles(document, origins);
    }).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_SCHEMA_CYCLE',
        why: `no finite value can satisfy it: ${steps}`,
      }),
    );
  });
});

describe('checkNames', () => {
  const names = (paths: JsonObject, schemas: JsonObject = {}, collisions = true) => {
    const { document, origins } = bundleOf({ 'a.json': documentOf({ paths, schemas }) });
    rejectProblems(collisions ? checkNames(document, origins) : [], origins);
    return checkOperationIds(document, origins);
  };
  const ids = (...all: string[]) =>
    Object.fromEntries(
      all.map((id, index) => [`/${index}`, { get: operationReturning({ type: 'string' }, id) }]),
    );

  it('reports the method name for an operationId that is not an identifier', () => {
    expect(names(ids('getJob logs'))).toEqual([
      'a.json:1: the operationId "getJob logs" is not a Go identifier; its method is named GetJobLogs',
    ]);
    expect(names(ids('getJob', 'get_job-logs', 'v1.jobs'))).toEqual([]);
  });

  it('rejects an operationId without letters', () => {
    expect(() => names(ids('12 !'))).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_OPERATION_ID_INVALID',
        what: 'invalid operationId "12 !" of GET /0',
        location: { file: 'a.json', line: 1 },
      }),
    );
  });

  it('rejects operations with the same Go name', () => {
    expect(() => names(ids('getJob logs', 'getJobLogs'))).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_NAME_COLLISION',
        what: 'GET /0 and GET /1 both have the Go name GetJobLogs',
      }),
    );
  });

  const schemas = { pet_food: { type: 'object' }, PetFood: { type: 'string' } };
  const using = (...used: string[]) =>
    Object.fromEntries(
      used.map((name, index) => [`/${index}`, { get: operationReturning(refTo(name), `op${index}`) }]),
    );

  it('rejects schemas with the same Go name', () => {
    expect(() => names(using('pet_food', 'PetFood'), schemas)).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_NAME_COLLISION',
        what: 'schema pet_food and schema PetFood both have the Go name PetFood',
      }),
    );
  });

  it('accepts schemas that are unused, set x-go-name, or are renamed by the generator', () => {
    expect(names(using('PetFood'), schemas)).toEqual([]);
    const named = { ...schemas, pet_food: { type: 'object', 'x-go-name': 'Food' } };
    expect(names(using('pet_food', 'PetFood'), named)).toEqual([]);
    expect(names(using('pet_food', 'PetFood'), schemas, false)).toEqual([]);
  });
});

describe('checkParameters', () => {
  const query = (name: string, more: JsonObject = {}) => ({
    ...{ name, in: 'query', schema: { type: 'string' } },
    ...more,
  });
  const check = (own: readonly object[], above: readonly object[] = []) => {
    const get = { ...operationReturning({}, 'find'), parameters: own };
    const paths = { '/jobs': { parameters: above, get } };
    const components = { parameters: { size: query('page-size') } };
    const text = JSON.stringify({ openapi: '3.0.3', info: { title: 't', version: '1' }, paths, components });
    const { document, origins } = bundleOf({ 'a.json': text });
    return () => {
      rejectProblems(checkParameters(document, origins), origins);
    };
  };

  it.each<[string, object[], object[], string]>([
    [
      'of an operation',
      [query('StartTime'), query('StartTime<')],
      [],
      'the parameters StartTime and StartTime< of GET /jobs both have the Go name StartTime',
    ],
    [
      'of its path and of components, in different places',
      [{ ...query('page_size'), in: 'header' }],
      [{ $ref: '#/components/parameters/size' }],
      'the parameters page-size and page_size of GET /jobs both have the Go name PageSize',
    ],
  ])('rejects parameters with the same Go name: %s', (_, own, above, what) => {
    expect(check(own, above)).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_NAME_COLLISION',
        what,
        location: { file: 'a.json', line: 1 },
      }),
    );
  });

  it('accepts one that x-go-name renames, one that replaces that of the path, and path parameters', () => {
    expect(check([query('a_b'), query('a-b', { 'x-go-name': 'Other' })])).not.toThrow();
    expect(check([query('a_b')], [query('a_b')])).not.toThrow();
    expect(check([query('a_b'), { ...query('a-b'), in: 'path', required: true }])).not.toThrow();
  });
});

it('checkReferences rejects references whose target an overlay removed', () => {
  const { document, origins } = bundleOf({
    'a.json': documentOf({
      paths: { '/a': { get: operationReturning(refTo('Pet')) } },
      schemas: { Pet: {} },
    }),
  });
  if (isObject(document.components)) document.components.schemas = {};
  expect(() => {
    checkReferences(document, origins);
  }).toThrow(
    expect.objectContaining({
      code: 'OPENAPI_REF_MISSING',
      location: { file: 'a.json', line: 1 },
      why: 'GET /a has this reference, but an overlay removed its target',
    }),
  );
});

it.each([
  ['getJob logs', 'GetJobLogs'],
  ['get-pets-{id}', 'GetPetsId'],
  ['_private', 'UnderscorePrivate'],
  ['12 monkeys', 'N12Monkeys'],
  ['größe', 'Größe'],
  ['!!', ''],
])('goName converts %s as oapi-codegen does', (name, expected) => {
  expect(goName(name)).toBe(expected);
});
