import { expect, it } from 'vitest';
import { bundleOf, documentOf, operationReturning, refTo } from '../description.spec.helper.js';
import type { JsonObject } from './json.js';
import { collidingTypes, typeNamesOf } from './type-names.js';

const using = (schemas: JsonObject) => {
  const paths = Object.fromEntries(
    Object.keys(schemas).map((name) => [`/${name}`, { get: operationReturning(refTo(name)) }]),
  );
  return bundleOf({ 'a.json': documentOf({ paths, schemas }) }).document;
};
const kind = { type: 'string', enum: ['a', 'b'] };
const union = { oneOf: [{ type: 'string' }, { type: 'integer' }] };

it.each<[string, JsonObject, string[]]>([
  ['an enumeration', { properties: { kind } }, ['A', 'AKind']],
  ['a list of enumerations', { properties: { kinds: { type: 'array', items: kind } } }, ['A', 'AKinds']],
  ['alternatives', { properties: { id: union } }, ['A', 'AId', 'AId0', 'AId1']],
  [
    'a list of alternatives',
    { properties: { ids: { type: 'array', items: union } } },
    ['A', 'AIdsItem', 'AIdsItem0', 'AIdsItem1'],
  ],
  ['a type or null', { properties: { id: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }, ['A']],
  [
    'properties and further ones',
    { properties: { m: { properties: { n: {} }, additionalProperties: true } } },
    ['A', 'AM'],
  ],
  ['a part of allOf', { allOf: [{ properties: { kind } }] }, ['A', 'AKind']],
  ['a name of its own', { 'x-go-name': 'Own', properties: { kind } }, ['Own', 'OwnKind']],
  [
    'an inner name of its own',
    { properties: { kind: { ...kind, 'x-go-type-name': 'Kinds' } } },
    ['A', 'Kinds'],
  ],
])('finds the types of a schema with %s', (_, schema, names) => {
  expect(typeNamesOf(using({ A: schema })).map(({ goName }) => goName)).toEqual(names);
});

it('finds all groups of types with one name, and not equal ones', () => {
  const document = using({
    Meta: { properties: { kind } },
    MetaKind: { type: 'string' },
    Order: { properties: { state: kind } },
    OrderState: kind,
    Item: { properties: { size: union } },
    ItemSize: { type: 'object' },
  });
  const groups = collidingTypes(document).map((group) =>
    group.map(({ pointer }) => pointer.slice(2).join('.')),
  );
  expect(groups).toEqual([
    ['Meta.properties.kind', 'MetaKind'],
    ['Item.properties.size', 'ItemSize'],
  ]);
});
