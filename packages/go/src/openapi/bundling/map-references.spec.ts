import { expect, it } from 'vitest';
import { bundleOf, operationReturning, refTo } from '../description.spec.helper.js';
import { valueAt } from '../document/json.js';

const text = (value: unknown) => JSON.stringify(value);
const root = (parts: object) => text({ openapi: '3.0.3', info: {}, ...parts });

it('resolves a reference in the place of all schemas, and references into them', () => {
  const { document, files, origins } = bundleOf({
    'api.json': root({
      paths: { '/a': { get: operationReturning(refTo('Pet')) } },
      components: { schemas: { $ref: 'schemas/index.json' } },
    }),
    'schemas/index.json': text({ Pet: { $ref: './pet.json#/Pet' }, Name: { type: 'string' } }),
    'schemas/pet.json': text({
      Pet: { properties: { name: { $ref: '../api.json#/components/schemas/Name' } } },
    }),
  });
  expect(document.components).toEqual({
    schemas: { Pet: { properties: { name: refTo('Name') } }, Name: { type: 'string' } },
  });
  expect(files).toEqual(['api.json', 'schemas/index.json', 'schemas/pet.json']);
  expect(origins.of(['components', 'schemas', 'Pet'])).toMatch(/^schemas\/(index|pet)\.json:1$/);
});

it('resolves a reference in the place of paths, and of properties beside others', () => {
  const { document } = bundleOf({
    'api.json': root({ paths: { $ref: 'paths.json' } }),
    'paths.json': text({
      '/a/{50%}': {
        get: operationReturning({ properties: { own: {}, $ref: 'pet.json#/properties' } }),
      },
    }),
    'pet.json': text({ properties: { 'a/b': { type: 'string' } } }),
  });
  expect(Object.keys(document.paths as object)).toEqual(['/a/{50%}']);
  const at = ['paths', '/a/{50%}', 'get', 'responses', '200', 'content', 'application/json', 'schema'];
  expect(Object.keys(valueAt(document, [...at, 'properties']) as object)).toEqual(['a/b', 'own']);
});

it('resolves descriptions in other files', () => {
  const description = { $ref: 'texts.json#/of' };
  const { document, files } = bundleOf({
    'api.json': text({
      openapi: '3.0.3',
      info: { title: 'Pets', description },
      tags: [{ name: 'a', description }],
      paths: { '/a': { get: { ...operationReturning({}), description } } },
    }),
    'texts.json': text({ of: 'All pets' }),
  });
  expect(document.info).toEqual({ title: 'Pets', description: 'All pets' });
  expect(document.tags).toEqual([{ name: 'a', description: 'All pets' }]);
  expect(valueAt(document, ['paths', '/a', 'get', 'description'])).toBe('All pets');
  expect(files).toEqual(['api.json', 'texts.json']);
});

it.each([
  ['a list', { $ref: '#/tags' }, { tags: [] }],
  ['another reference', { $ref: '#/components/schemas' }, {}],
])('rejects a reference in the place of a map to %s', (_, schemas, more) => {
  const description = { 'api.json': root({ ...more, paths: {}, components: { schemas } }) };
  expect(() => bundleOf(description)).toThrow(
    /a \$ref is used where a map is required, but its target is not a map/,
  );
});
