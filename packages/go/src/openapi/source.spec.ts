import { describe, expect, it } from 'vitest';
import { checkDocument } from './document.js';
import { toJson } from './json.js';
import { parseSource } from './source.js';

describe('parseSource', () => {
  it('finds the line of a place, of its parent where it does not exist', () => {
    const source = parseSource('a.yaml', 'a:\n  - x\n  - { b: 1,\n      "c": &n 2 }\nd: *n\n');
    const lines = [['a'], ['a', '0'], ['a', '1', 'c'], ['a', '1', 'z'], ['d']].map((place) =>
      source.lineOf(place),
    );
    expect(lines).toEqual([1, 2, 4, 3, 5]);
  });

  it('keeps all digits of whole numbers, and merges what YAML merges', () => {
    const { data } = parseSource(
      'a.yaml',
      'base: &base { max: 9223372036854775807 }\nb: { <<: *base, on: no }\n',
    );
    expect(toJson(data)).toBe(
      '{"base":{"max":9223372036854775807},"b":{"max":9223372036854775807,"on":"no"}}',
    );
  });

  it.each([
    ['an empty file', ' \n', 'a.yaml is empty'],
    ['broken YAML', 'a: b\nc: [1,\nd: }\n', 'a.yaml:3 is neither YAML nor JSON'],
    ['two documents', 'a: 1\n---\nb: 1\n', 'a.yaml holds several documents'],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'a.yaml:3 is neither YAML nor JSON'],
  ])('refuses %s', (_, text, what) => {
    expect(() => parseSource('a.yaml', text)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_DOCUMENT_INVALID', what }),
    );
  });
});

describe('checkDocument', () => {
  it.each([
    ['a list', '- a\n', 'it holds no mapping'],
    ['YAML of another kind', 'services: {}\n', 'it has no field "openapi"'],
    ['Swagger', 'swagger: "2.0"\n', 'it is written in Swagger "2.0"'],
    ['a future version', 'openapi: 4.0.0\n', 'its version is "4.0.0"; 3.0 and 3.1 can be read'],
    ['a number for a version', 'openapi: 3.1\n', 'its version is 3.1; 3.0 and 3.1 can be read'],
    ['no paths', 'openapi: 3.0.3\ninfo: { title: t }\n', 'it has no "paths"'],
  ])('refuses %s', (_, text, why) => {
    expect(() => {
      checkDocument(parseSource('a.yaml', text));
    }).toThrow(expect.objectContaining({ code: 'OPENAPI_DOCUMENT_INVALID', why }));
  });

  it('takes 3.1 without paths', () => {
    expect(() => {
      checkDocument(parseSource('a.yaml', 'openapi: 3.1.0\ninfo: { title: t }\ncomponents: {}\n'));
    }).not.toThrow();
  });
});
