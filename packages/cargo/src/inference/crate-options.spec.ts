import { expect, it } from 'vitest';
import { pluginOptions } from '../options.js';
import { CrateOptions } from './crate-options.js';

const options = pluginOptions.parse({ platforms: ['linux/amd64'], glibc: '2.28' });

it.each<[string, Record<string, unknown> | undefined, object]>([
  ['no table', undefined, {}],
  ['other settings', { inputs: ['a'] }, {}],
  ['a C library', { libc: 'musl' }, { libc: ['musl'] }],
  ['platforms', { platforms: ['linux/arm64'] }, { platforms: ['linux/arm64'] }],
])('a crate with %s', (_, metadata, expected) => {
  const crates = new CrateOptions(options);
  const of = () => crates.of({ root: 'app', ...(metadata === undefined ? {} : { metadata }) });
  expect(of()).toEqual({ ...options, ...expected });
  expect(of()).toBe(of());
  expect(crates.errors.size).toBe(0);
});

it('reports an invalid value, and builds the crate with the options in nx.json', () => {
  const crates = new CrateOptions(options);
  expect(crates.of({ root: 'app', metadata: { libc: 'uclibc' } })).toBe(options);
  expect([...crates.errors]).toEqual([
    [
      'app/Cargo.toml',
      expect.objectContaining({ code: 'OPTION_INVALID', location: { file: 'app/Cargo.toml' } }) as Error,
    ],
  ]);
});
