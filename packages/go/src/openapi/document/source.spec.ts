import { describe, expect, it } from 'vitest';
import { checkDocument } from './document.js';
import { toJson } from './json.js';
import { parseSource } from './source.js';

/** Each line uses the previous one nine times: 9^9 values from about 400 characters. */
const aliasesThatMultiply = Array.from(
  { length: 10 },
  (_, level) =>
    `a${level}: &a${level} [${Array(9)
      .fill(level === 0 ? 'x' : `*a${level - 1}`)
      .join(', ')}]\n`,
).join('');

describe('parseSource', () => {
  it('returns the line of a place, or of its parent if it does not exist', () => {
    const source = parseSource('a.yaml', 'a:\n  - x\n  - { b: 1,\n      "c": &n 2 }\nd: *n\n');
    const lines = [['a'], ['a', '0'], ['a', '1', 'c'], ['a', '1', 'z'], ['d']].map((place) =>
      source.lineOf(place),
    );
    expect(lines).toEqual([1, 2, 4, 3, 5]);
  });

  it('returns the line of a place behind an alias', () => {
    const source = parseSource('a.yaml', 'a: &n\n  x: 1\n  y: 2\nb: *n\n');
    expect(source.lineOf(['b', 'y'])).toBe(3);
  });

  it.each([
    ['a list', 'A:\n  enum: [\n    "x", "y"\n  ]\n  b: 1\n', { A: { enum: ['x', 'y'], b: 1 } }],
    ['a mapping', 'A:\n  ex: {\n    a: 1\n  }\n  b: 1\n', { A: { ex: { a: 1 }, b: 1 } }],
    ['a list within a list', 'A:\n  - [\n    x\n  ]\n  - y\n', { A: [['x'], 'y'] }],
    ['a list at the top', 'A: [\n  x\n]\nb: 1\n', { A: ['x'], b: 1 }],
  ])('accepts %s whose closing bracket is indented like its key', (_, text, expected) => {
    expect(parseSource('a.yaml', text).data).toEqual(expected);
  });

  it.each([
    ['booleans of YAML 1.2', 'a: [yes, no, on, off, true]\n', '{"a":["yes","no","on","off",true]}'],
    [
      'booleans of YAML 1.1, if the document declares it',
      '%YAML 1.1\n---\na: [yes, off]\n',
      '{"a":[true,false]}',
    ],
    ['a number is a number', 'version: 1.10\n', '{"version":1.1}'],
    [
      'a key as it is written',
      '{1.10: a, 007: b, null: c, yes: d}\n',
      '{"1.10":"a","007":"b","null":"c","yes":"d"}',
    ],
    ['JSON', '{\n\t"a": [1, null, "x"]\n}', '{"a":[1,null,"x"]}'],
  ])('%s', (_, text, expected) => {
    expect(toJson(parseSource('a.yaml', text).data)).toBe(expected);
  });

  it('accepts an anchor that is used a thousand times', () => {
    const { data } = parseSource('a.yaml', `a: &a [x]\nb: [${'*a, '.repeat(1000)}]\n`);
    expect((data as { b: unknown[] }).b).toHaveLength(1000);
  });

  it('keeps all digits of integers, and applies merge keys', () => {
    const { data } = parseSource(
      'a.yaml',
      'base: &base { max: 9223372036854775807 }\nb: { <<: *base, on: no }\n',
    );
    expect(toJson(data)).toBe(
      '{"base":{"max":9223372036854775807},"b":{"max":9223372036854775807,"on":"no"}}',
    );
  });

  it.each([
    ['an empty file', ' \n', 'the document is empty', undefined],
    ['broken YAML', 'a: b\nc: [1,\nd: }\n', 'the document is not valid YAML or JSON', 3],
    ['two documents', 'a: 1\n---\nb: 1\n', 'the document has several YAML documents', undefined],
    ['the key __proto__', 'a: 1\nb: [{ __proto__: { c: 1 } }]\n', 'the document has the key __proto__', 2],
    ['the key __proto__ of JSON', '{\n"a": {\n"__proto__": 1 } }', 'the document has the key __proto__', 3],
    ['a merge key of no mapping', 'a: 1\n<<: \n', 'the document is not valid YAML or JSON', undefined],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'the document is not valid YAML or JSON', 3],
    ['an alias without an anchor', 'a: *b\n', 'the document is not valid YAML or JSON', undefined],
    ['an alias within its own anchor', 'a: &a [*a]\n', 'the document is too large', undefined],
    ['aliases that multiply', aliasesThatMultiply, 'the document is too large', undefined],
    ['a tag of no meaning', 'a: 1\nb: !x 2\n', 'the document is not valid YAML or JSON', 2],
    ['a key that is a list', 'a: 1\n? [b]\n: 2\n', 'the document is not valid YAML or JSON', 2],
    ['what is nested without end', '['.repeat(100_000), 'the document is not valid YAML or JSON', 1],
  ])('refuses %s', (_, text, what, line) => {
    expect(() => parseSource('a.yaml', text)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_DOCUMENT_INVALID', what, location: { file: 'a.yaml', line } }),
    );
  });
});

describe('checkDocument', () => {
  it.each([
    ['a list', '- a\n', 'its top level is not a mapping'],
    ['YAML of another kind', 'services: {}\n', 'it has no field "openapi"'],
    ['Swagger', 'swagger: "2.0"\n', 'it uses Swagger "2.0"'],
    ['a future version', 'openapi: 4.0.0\n', 'its version is "4.0.0"; 3.0 and 3.1 are supported'],
    ['a number for a version', 'openapi: 3.1\n', 'its version is 3.1; 3.0 and 3.1 are supported'],
    ['no paths', 'openapi: 3.0.3\ninfo: { title: t }\n', 'it has no "paths"'],
  ])('rejects %s', (_, text, why) => {
    expect(() => {
      checkDocument(parseSource('a.yaml', text));
    }).toThrow(expect.objectContaining({ code: 'OPENAPI_DOCUMENT_INVALID', why }));
  });

  it('accepts 3.1 without paths', () => {
    expect(() => {
      checkDocument(parseSource('a.yaml', 'openapi: 3.1.0\ninfo: { title: t }\ncomponents: {}\n'));
    }).not.toThrow();
  });
});
