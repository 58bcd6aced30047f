import { describe, expect, it } from 'vitest';
import {
  cloneDocument,
  expandedSize,
  findPrototypeKey,
  isDeeperThan,
  isMapping,
  type Mapping,
  mergeInto,
  ownValue,
  unlessTooDeep,
} from './documents.js';

const parse = (json: string) => JSON.parse(json) as Mapping;

describe('mergeInto', () => {
  it('merges mappings, joins lists and replaces everything else', () => {
    const document = parse('{"a": {"b": 1, "c": [1]}, "d": 1}');
    mergeInto(document, parse('{"a": {"b": 2, "c": [2]}, "d": {"e": 3}}'));
    expect(document).toEqual({ a: { b: 2, c: [1, 2] }, d: { e: 3 } });
  });

  it.each(['{"__proto__": {"polluted": 1}}', '{"a": {"__proto__": {"polluted": 1}}}'])(
    'rejects the key __proto__ in %s, and changes no prototype',
    (change) => {
      const document = parse('{"a": {}}');
      expect(() => {
        mergeInto(document, parse(change));
      }).toThrow('__proto__');
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Mapping).polluted).toBeUndefined();
    },
  );

  it.each(['constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'treats the key %s as plain data',
    (key) => {
      const inherited: unknown = ({} as Mapping)[key];
      const document: Mapping = {};
      mergeInto(document, { [key]: { prototype: { polluted: 1 } } });
      expect(ownValue(document, key)).toEqual({ prototype: { polluted: 1 } });
      expect(({} as Mapping)[key]).toBe(inherited);
      expect(({} as Mapping).polluted).toBeUndefined();
    },
  );

  it('copies merged values', () => {
    const change = { a: [{ b: 1 }] };
    const document: Mapping = {};
    mergeInto(document, change);
    expect(document).toEqual(change);
    expect(document.a).not.toBe(change.a);
  });
});

describe('findPrototypeKey', () => {
  it.each<[string, readonly string[] | undefined]>([
    ['{"a": [{"b": 1}, {"__proto__": 1}]}', ['a', '1', '__proto__']],
    ['{"__proto__": null}', ['__proto__']],
    ['{"a": {"constructor": {"prototype": 1}}}', undefined],
    ['"__proto__"', undefined],
  ])('of %s is %j', (json, expected) => {
    expect(findPrototypeKey(JSON.parse(json))).toEqual(expected);
  });

  it('visits shared values once', () => {
    let shared: unknown = { a: 1 };
    for (let depth = 0; depth < 200; depth++) shared = [shared, shared];
    expect(findPrototypeKey(shared)).toBeUndefined();
  });
});

describe('expandedSize', () => {
  it('counts shared values at each occurrence', () => {
    const shared = [1, 2];
    expect(expandedSize({ a: shared, b: shared })).toBe(7);
    expect(expandedSize('a')).toBe(1);
  });

  it('is infinite for circular values and large for nested aliases, without expanding them', () => {
    const endless: unknown[] = [];
    endless.push({ endless });
    expect(expandedSize(endless)).toBe(Infinity);
    let bomb: unknown = 'a';
    for (let depth = 0; depth < 100; depth++) bomb = Array(9).fill(bomb);
    expect(expandedSize(bomb)).toBeGreaterThan(1e90);
  });

  it('counts values that are nested deeper than the call stack', () => {
    let nested: unknown = 'a';
    for (let level = 0; level < 100_000; level++) nested = level % 2 === 0 ? [nested] : { a: nested };
    expect(expandedSize(nested)).toBe(100_001);
  });
});

it('isDeeperThan works for documents of any depth', () => {
  let nested: unknown = 1;
  for (let level = 0; level < 100_000; level++) nested = level % 2 === 0 ? [nested] : { a: nested };
  expect(isDeeperThan(nested, 99_999)).toBe(true);
  expect(isDeeperThan(nested, 100_000)).toBe(false);
  expect(isDeeperThan([{ a: 1 }, 2], 2)).toBe(false);
  expect(isDeeperThan([{ a: 1 }, 2], 1)).toBe(true);
});

it('cloneDocument copies the key __proto__', () => {
  const copy = cloneDocument(parse('{"__proto__": {"a": 1}}'));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  expect(Object.keys(copy)).toEqual(['__proto__']);
  expect(isMapping(null) || isMapping([])).toBe(false);
});

describe('unlessTooDeep', () => {
  const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);

  it('returns undefined if a parser exhausts the call stack', () => {
    expect(unlessTooDeep(() => nested(1_000_000))).toBeUndefined();
    expect(unlessTooDeep(() => nested(1))).toEqual([[]]);
  });

  it('rethrows other errors', () => {
    const fails = (): never => {
      throw new TypeError('other');
    };
    expect(() => {
      unlessTooDeep(fails);
    }).toThrow('other');
  });
});
