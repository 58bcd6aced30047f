import { TomlError } from 'smol-toml';
import { expect, it } from 'vitest';
import { parseToml } from './toml.js';

it('rejects tables that are nested too deeply, in every syntax', () => {
  const steps = (count: number) => Array(count).fill('a').join('.');
  expect(() => parseToml(`${steps(20_000)} = 1\n`)).toThrow(TomlError);
  expect(() => parseToml(`[${steps(20_000)}]\nb = 1\n`)).toThrow(TomlError);
  expect(() => parseToml(`a = ${'{ a = '.repeat(200)}1${' }'.repeat(200)}\n`)).toThrow(TomlError);
  expect(() => parseToml(`a = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)).toThrow(TomlError);
  expect(parseToml(`${steps(50)} = 1\n`)).toHaveProperty('a');
});

it('keeps keys such as __proto__ as ordinary keys', () => {
  const table = parseToml('[__proto__]\nb = 1\n[constructor]\nc = 2\n');
  expect(Object.keys(table)).toEqual(['__proto__', 'constructor']);
  expect(({} as Record<string, unknown>).b).toBeUndefined();
});
