import { describe, expect, it } from 'vitest';
import { generateTypes } from './generate.js';
import { schemaParameters } from './schema-type.js';

const typeOf = (property: object) =>
  schemaParameters({ properties: { a: property }, required: ['a'] })?.[0]?.type.replaceAll(/\s+/g, ' ');

describe('the type of a parameter in a schema', () => {
  it.each<[object, string]>([
    [{ type: 'string' }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'string', enum: ["it's", 'b'] }, "'it\\'s' | 'b'"],
    [{ type: 'string', enum: [] }, 'string'],
    [{ type: 'number', nullable: true }, 'number | null'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'object', format: 'resource-postgresql' }, 'Resource'],
    [{ type: 'object', format: 'dynselect-list_vms' }, 'Json'],
    [{ type: 'object', format: 'dynmultiselect-list' }, 'readonly Json[]'],
    [{ type: 'array', items: { type: 'string', enum: ['x', 'y'] } }, "ReadonlyArray<'x' | 'y'>"],
    [
      { type: 'array', items: { type: 'object', properties: { b: { type: 'boolean' } } } },
      'ReadonlyArray<{ readonly b?: boolean; }>',
    ],
    [{ type: 'array' }, 'readonly Json[]'],
    [{ type: 'object', properties: {} }, '{ readonly [key: string]: Json }'],
    [
      {
        oneOf: [
          { type: 'string' },
          { type: 'object', properties: { kind: { const: 'x' } }, required: ['kind'] },
        ],
      },
      "string | { readonly kind: 'x'; }",
    ],
    [{ type: 'nonsense' }, 'Json'],
    [{}, 'Json'],
  ])('%j', (property, expected) => {
    expect(typeOf(property)).toBe(expected);
  });

  it('that contains itself ends', () => {
    const tree: Record<string, unknown> = { type: 'array' };
    tree.items = tree;
    expect(typeOf(tree)).toMatch(/^ReadonlyArray<.*Json/);
  });
});

const script = {
  path: 'f/a/b',
  language: 'python3',
  code: 'def main(x: int) -> str: ...',
  metadata: undefined,
};
const schema = {
  type: 'object',
  properties: { y: { type: 'string', description: 'Ends */ here' } },
  required: [],
};

describe('generated types', () => {
  it('take parameters from the schema, results from the code, and say where the two differ', () => {
    const { text, warnings } = generateTypes([{ ...script, metadata: { summary: 'Greets', schema } }]);
    expect(text).toContain("/** Greets */\n  'f/a/b': {");
    expect(text).toContain('/** Ends *\\/ here */\n      readonly y?: string;');
    expect(text).toContain('readonly result: string;');
    expect(warnings).toEqual([
      'the schema of f/a/b lacks x',
      'the schema of f/a/b has y, which its code does not take',
    ]);
  });

  it('take parameters from the code if there is no schema', () => {
    const { text } = generateTypes([script, { ...script, path: 'f/a/c', language: 'go', code: '' }]);
    expect(text).toContain('readonly x: number;');
    expect(text).toContain("'f/a/c': {\n    readonly args: { readonly [key: string]: Json };");
  });

  it('leave out modules, which have neither metadata nor `main`', () => {
    expect(generateTypes([{ ...script, code: 'x = 1' }]).count).toBe(0);
  });
});
