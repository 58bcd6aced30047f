import { describe, expect, it } from 'vitest';
import { operationReturning, bundleOf, documentOf, refTo } from '../description.spec.helper.js';
import { valueAt } from '../document/json.js';

const head = 'openapi: 3.0.3\ninfo: { title: t, version: "1" }\n';

describe('bundle', () => {
  it('inlines path items of the root document, so that generators find their operations', () => {
    const item = { get: { operationId: 'a', responses: {} } };
    const { document, origins } = bundleOf({
      'a.yaml': `openapi: 3.1.0
info: { title: a, version: "1" }
paths:
  /a: { $ref: "#/components/pathItems/A" }
components:
  pathItems:
    A: ${JSON.stringify(item)}
`,
    });
    expect(document.paths).toEqual({ '/a': item });
    expect(document.components).toEqual({});
    expect(origins.of(['paths', '/a', 'get', 'operationId'])).toBe('a.yaml:7');
  });

  it('adds a component of another file under its name, with everything it refers to', () => {
    const { document, files } = bundleOf({
      'api/openapi.yaml': `${head}paths:\n  /a:\n    get:\n      responses:\n        200:\n          description: ok\n          content: { application/json: { schema: { $ref: "../shared.yaml#/components/schemas/Pet" } } }\n`,
      'shared.yaml':
        'components:\n  schemas:\n    Pet: { type: object, properties: { owner: { $ref: "#/components/schemas/Owner" } } }\n    Owner: { type: string }\n    Unused: { type: string }\n',
    });
    expect(document.components).toEqual({
      schemas: {
        Pet: { type: 'object', properties: { owner: { $ref: '#/components/schemas/Owner' } } },
        Owner: { type: 'string' },
      },
    });
    expect(files).toEqual(['api/openapi.yaml', 'shared.yaml']);
  });

  it('follows a reference whose pointer leads through other references', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths: {}
components:
  schemas:
    Name: { $ref: "#/components/schemas/Field/allOf/0/properties/name" }
    Field: { $ref: "b.yaml#/components/schemas/Field" }
`,
      'b.yaml':
        'components:\n  schemas:\n    Field: { allOf: [{ $ref: "#/components/schemas/Named" }] }\n    Named: { type: object, properties: { name: { type: string } } }\n',
    });
    expect(document.components).toMatchObject({ schemas: { Name: { type: 'string' } } });
  });

  it('inlines a component of another kind, as a response that refers to a request body', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths: { /a: { get: { responses: { 200: { $ref: "#/components/requestBodies/Pet" } } } } }
components: { requestBodies: { Pet: { description: a pet, content: {} } } }
`,
    });
    expect(valueAt(document, ['paths', '/a', 'get', 'responses', '200'])).toEqual({
      description: 'a pet',
      content: {},
    });
  });

  it('rejects a pointer that leads through itself', () => {
    const circular = `${head}paths: {}\ncomponents:\n  schemas:\n    A: { $ref: "#/components/schemas/A/items" }\n`;
    expect(() => bundleOf({ 'a.yaml': circular })).toThrow(/cannot be resolved/);
  });

  it('resolves an alias in the root document to the component it refers to', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Pet: { $ref: "b.yaml#/components/schemas/Pet" }\n`,
      'b.yaml':
        'components:\n  schemas:\n    Pet: { type: object, properties: { child: { $ref: "#/components/schemas/Pet" } } }\n',
    });
    expect(document.components).toEqual({
      schemas: { Pet: { type: 'object', properties: { child: { $ref: '#/components/schemas/Pet' } } } },
    });
  });

  it.each([
    ['double the document at each step', ['a', 'b'], 60],
    ['are nested too deeply', ['a'], 3000],
  ])('rejects references that %s', (_, callbacks, length) => {
    const item = (next: number) => {
      const callback = { '{$url}': { $ref: `#/components/pathItems/P${next}` } };
      const both = Object.fromEntries(callbacks.map((name) => [name, callback]));
      return { post: { callbacks: both, responses: {} } };
    };
    const names = Array.from({ length }, (_, index) => index);
    const pathItems = Object.fromEntries(names.map((index) => [`P${index}`, item(index + 1)]));
    const document = {
      openapi: '3.1.0',
      info: { title: 't', version: '1' },
      paths: { '/a': { $ref: '#/components/pathItems/P0' } },
      components: { pathItems: { ...pathItems, [`P${length}`]: {} } },
    };
    expect(() => bundleOf({ 'a.json': JSON.stringify(document) })).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_DOCUMENT_INVALID',
        why: expect.stringContaining('inlined references') as string,
      }),
    );
  });

  it('keeps a component from a file with a name that is special in JavaScript', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Pet: { properties: { a: { $ref: __proto__.yaml }, b: { $ref: constructor.yaml } } }\n`,
      '__proto__.yaml': 'type: string\n',
      'constructor.yaml': 'type: integer\n',
    });
    const schemas = valueAt(document, ['components', 'schemas']) as object;
    expect(Object.keys(schemas)).toEqual(['Pet', '__proto__', 'constructor']);
    expect(Object.getPrototypeOf(schemas)).toBe(Object.prototype);
  });

  it('inlines path items, and names schemas in their own files after the file', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths:\n  /pets: { $ref: paths/pets.yaml }\n`,
      'paths/pets.yaml':
        'get:\n  parameters:\n    - { in: query, name: q, schema: { $ref: ../schemas/Query.yaml } }\n',
      'schemas/Query.yaml': 'type: string\n',
    });
    expect(valueAt(document, ['paths', '/pets', 'get', 'parameters', '0', 'schema'])).toEqual({
      $ref: '#/components/schemas/Query',
    });
    expect(document.components).toEqual({ schemas: { Query: { type: 'string' } } });
  });

  it('follows the mapping of a discriminator, and keeps $ref in data', () => {
    const { document } = bundleOf({
      'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Any: { $ref: "b.yaml#/components/schemas/Any" }\n    Sample: { type: object, example: { $ref: nowhere.yaml }, properties: { example: { $ref: "b.yaml#/components/schemas/Dog" } } }\n`,
      'b.yaml':
        'components:\n  schemas:\n    Any: { discriminator: { propertyName: kind, mapping: { dog: Dog, cat: "#/components/schemas/Cat" } } }\n    Dog: { type: string }\n    Cat: { type: number }\n',
    });
    expect(valueAt(document, ['components', 'schemas', 'Any', 'discriminator', 'mapping'])).toEqual({
      dog: '#/components/schemas/Dog',
      cat: '#/components/schemas/Cat',
    });
    expect(valueAt(document, ['components', 'schemas', 'Sample', 'example'])).toEqual({
      $ref: 'nowhere.yaml',
    });
  });

  const twoPets = (other: string) => ({
    'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Pet: { type: string }\n    Box: { $ref: "b.yaml#/components/schemas/Box" }\n`,
    'b.yaml': `components:\n  schemas:\n    Box: { type: array, items: { $ref: "#/components/schemas/Pet" } }\n    Pet: { type: ${other} }\n`,
  });

  it('rejects different components with the same name, and names both places', () => {
    expect(() => bundleOf(twoPets('number'))).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_REF_RENAMED',
        location: { file: 'b.yaml', line: 4 },
        why: 'the first definition is at a.yaml:6',
      }),
    );
  });

  it('reports a rename if configured', () => {
    const { renames, document } = bundleOf(twoPets('number'), 'report');
    expect(renames).toEqual([{ from: 'Pet', to: 'Pet_2', at: 'b.yaml:4' }]);
    expect(valueAt(document, ['components', 'schemas', 'Box', 'items'])).toEqual({
      $ref: '#/components/schemas/Pet_2',
    });
  });

  it('merges two equal components', () => {
    const { renames, document } = bundleOf(twoPets('string'));
    expect(renames).toEqual([]);
    expect(Object.keys(valueAt(document, ['components', 'schemas']) as object)).toEqual(['Pet', 'Box']);
  });

  it.each([
    ['a missing file', 'c.yaml#/components/schemas/Pet', 'file not found: c.yaml'],
    ['a missing location', '#/components/schemas/Pet', 'a.yaml has nothing at #/components/schemas/Pet'],
    ['the network', 'https://example.org/a.yaml', 'remote references are not allowed in cached tasks'],
    ['an anchor', '#Pet', '"Pet" is not a JSON pointer; anchors are not supported'],
  ])('reports the file and line of a reference to %s', (_, reference, why) => {
    const text = `${head}paths: {}\ncomponents:\n  schemas:\n    Box:\n      type: array\n      items:\n        $ref: "${reference}"\n`;
    expect(() => bundleOf({ 'a.yaml': text })).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_REF_MISSING',
        location: { file: 'a.yaml', line: 9 },
        why,
      }),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'a path item',
      { 'a.yaml': `${head}paths:\n  /a: { $ref: b.yaml }\n`, 'b.yaml': '$ref: b.yaml\n' },
      'b.yaml# → b.yaml#',
    ],
    [
      'a schema',
      {
        'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Pet: { $ref: 'b.yaml#/Pet' }\n`,
        'b.yaml': "Pet: { $ref: 'c.yaml#/Pet' }\n",
        'c.yaml': "Pet: { $ref: 'b.yaml#/Pet' }\n",
      },
      'b.yaml#/Pet → c.yaml#/Pet → b.yaml#/Pet',
    ],
  ])('rejects %s whose references lead back to it', (_, files, cycle) => {
    expect(() => bundleOf(files)).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_SCHEMA_CYCLE',
        what: 'a path item or component refers to itself',
        why: `circular reference: ${cycle}`,
      }),
    );
  });

  it('keeps the name of a component that refers to another file through a third one', () => {
    const { document, renames } = bundleOf({
      'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    Pet: { $ref: 'b.yaml#/Pet' }\n    Box: { $ref: 'c.yaml#/Box' }\n`,
      'b.yaml': "Pet: { $ref: 'c.yaml#/Pet' }\n",
      'c.yaml': "Pet: { type: string }\nBox: { items: { $ref: '#/Pet' } }\n",
    });
    expect(renames).toEqual([]);
    expect(valueAt(document, ['components', 'schemas'])).toEqual({
      Pet: { type: 'string' },
      Box: { items: refTo('Pet') },
    });
  });

  it('rejects a reference to a list instead of a map', () => {
    const files = {
      'a.yaml': `${head}paths: {}\ncomponents:\n  schemas:\n    $ref: b.yaml\n`,
      'b.yaml': '- a\n',
    };
    expect(() => bundleOf(files)).toThrow(
      expect.objectContaining({
        code: 'OPENAPI_DOCUMENT_INVALID',
        location: { file: 'a.yaml', line: 6 },
      }),
    );
  });

  it('maps a place in the bundle to its file and line', () => {
    const { origins } = bundleOf({
      'a.json': documentOf({ paths: { '/a': { get: operationReturning({ $ref: 'b.yaml#/Pet' }) } } }),
      'b.yaml': 'Pet:\n  type: object\n  properties:\n    name: { type: string }\n',
    });
    expect(origins.of(['components', 'schemas', 'Pet', 'properties', 'name'])).toBe('b.yaml:4');
    expect(origins.of(['paths', '/a', 'get'])).toBe('a.json:1');
  });
});
