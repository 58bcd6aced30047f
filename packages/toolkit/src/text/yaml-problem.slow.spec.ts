import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { yamlOptions } from './documents.js';
import { yamlProblem } from './yaml-problem.js';

function problemOf(text: string, options: { readonly stringKeys?: boolean } = {}) {
  const document = parseDocument(text, { ...yamlOptions, logLevel: 'silent', merge: true, ...options });
  return yamlProblem(document.contents, text.length);
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
    ['a: *missing\n'],
    [''],
  ])('accepts %j', (text) => {
    expect(problemOf(text)).toBeUndefined();
    expect(problemOf(text, { stringKeys: true })).toBeUndefined();
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
    ['many anchors, each with an alias', repeat(10_000, (at) => `- &a${at} x\n- *a${at}\n`)],
  ])('rejects %s', (_, text) => {
    expect(problemOf(text)).toMatchObject({ kind: 'too large' });
    expect(problemOf(text, { stringKeys: true })).toMatchObject({ kind: 'too large' });
  });

  it('checks the keys of a mapping in linear time', () => {
    const started = process.cpuUsage();
    expect(problemOf(repeat(50_000, (at) => `k${at}: 1\n`))).toBeUndefined();
    expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(5);
  });
});
