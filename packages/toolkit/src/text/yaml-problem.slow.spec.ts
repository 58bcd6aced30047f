import { describe, expect, it, vi } from 'vitest';
import { Alias, parseDocument } from 'yaml';
import { yamlOptions } from './documents.js';
import { yamlProblem } from './yaml-problem.js';

const parsed = (text: string, options: { readonly stringKeys?: boolean } = {}) =>
  parseDocument(text, { ...yamlOptions, logLevel: 'silent', merge: true, ...options });

function problemOf(text: string, options: { readonly stringKeys?: boolean } = {}) {
  return yamlProblem(parsed(text, options).contents, text.length);
}

const repeat = (count: number, of: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => of(index)).join('');

describe('yamlProblem', () => {
  it.each([
    ['a: 1\nb: 1\n'],
    ['- a: 1\n- a: 1\n'],
    ['a: &a { b: 1 }\nc: { <<: *a, b: 2 }\nd: *a\n'],
    ['a: &a { b: 1 }\nc: &c { d: 1 }\ne: { <<: [*a, *c] }\n'],
    ['? [a]\n: 1\n? [a]\n: 2\n'],
    [`a: &a {${repeat(50, (at) => `k${at}: 1, `)}}\n${repeat(200, (at) => `s${at}: { <<: *a }\n`)}`],
    [`a: &a x\nb: [${'*a, '.repeat(5_000)}]\n`],
    [repeat(10_000, (at) => `- &a${at} x\n- *a${at}\n`)],
    ['a: *missing\n'],
    [''],
  ])('accepts %j', (text) => {
    expect(problemOf(text)).toBeUndefined();
    expect(problemOf(text, { stringKeys: false })).toBeUndefined();
  });

  it.each([
    ['a: 1\nb: 1\na: 2\n', 10],
    ['a:\n  b: { c: 1, c: 2 }\n', 16],
    ['{ a: 1, "a": 2 }\n', 8],
  ])('finds the duplicate key in %j', (text, offset) => {
    expect(problemOf(text)).toMatchObject({ kind: 'duplicate key', offset });
  });

  it.each([
    [
      'merges of one large mapping',
      `a: &a {${repeat(2_000, (at) => `k${at}: 1, `)}}\nb: { <<: [${'*a, '.repeat(2_000)}] }\n`,
    ],
    [
      'nested merges',
      `a0: &a0 { a: 1 }\n${repeat(500, (at) => `a${at + 1}: &a${at + 1} { <<: *a${at}, k${at}: 1 }\n`)}`,
    ],
    [
      'merges of one list of merges',
      `a: &a { b: 1 }\nb: &b [${'*a, '.repeat(2_000)}]\n${repeat(2_000, (at) => `c${at}: { <<: *b }\n`)}`,
    ],
  ])('rejects %s', (_, text) => {
    expect(problemOf(text)).toMatchObject({ kind: 'too large' });
    expect(problemOf(text, { stringKeys: false })).toMatchObject({ kind: 'too large' });
  });

  it('resolves aliases, so that the library does not search each among all anchors', () => {
    const search = vi.spyOn(Alias.prototype, 'resolve');
    const text = 'a: &a 1\nb: *a\nc: &a { d: *a }\ne: { <<: *a, f: *a }\ng: &g [*g]\nh: &a 2\ni: *a\n';
    const document = parsed(text);
    expect(yamlProblem(document.contents, text.length)).toBeUndefined();
    const endless: unknown[] = [];
    endless.push(endless);
    // An alias within its own anchor stands for the value around it.
    const c: Record<string, unknown> = {};
    c.d = c;
    expect(document.toJS()).toEqual({ a: 1, b: 1, c, e: { d: c, f: c }, g: endless, h: 2, i: 2 });
    expect(search).not.toHaveBeenCalled();
    search.mockRestore();
  });

  it('checks the keys of a mapping in linear time', () => {
    const started = process.cpuUsage();
    expect(problemOf(repeat(50_000, (at) => `k${at}: 1\n`))).toBeUndefined();
    expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(5);
  });
});
