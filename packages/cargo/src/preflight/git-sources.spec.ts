import { describe, expect, it } from 'vitest';
import { formatSource, gitSources, missingSources } from './git-sources.js';
import { replacedUrls, unreachableError } from './unreachable.js';

const commit = '36752c975d4f29e20b57c91f81a10872dcd48ae7';
const other = '6ae7c70bc603b8e69e27f3240e08bd00a93fb12c';
const locked = (name: string, source: string) =>
  `[[package]]\nname = "${name}"\nversion = "1.0.0"\nsource = "${source}"\n`;
const lock = [
  locked('serde', 'registry+https://example.org/index'),
  locked('search', `git+https://example.org/Search.git?rev=6ae7c70#${other}`),
  locked('search-api', `git+https://example.org/Search.git?rev=6ae7c70#${other}`),
  locked('store', `git+https://example.org/store#${commit}`),
].join('\n');
const sources = gitSources(lock);

it('lists each git source of a lock file once, with its packages', () => {
  expect(sources).toEqual([
    {
      url: 'https://example.org/Search.git',
      reference: 'rev=6ae7c70',
      commit: other,
      packages: ['search', 'search-api'],
    },
    { url: 'https://example.org/store', reference: undefined, commit, packages: ['store'] },
  ]);
});

describe('the git sources that cargo would fetch', () => {
  const missing = (folders: Readonly<Record<string, readonly string[]>>, replaced: readonly string[] = []) =>
    missingSources(sources, '/cargo', new Set(replaced), { list: (folder) => folders[folder] ?? [] }).map(
      ({ url }) => url,
    );
  const checkouts = '/cargo/git/checkouts';

  it.each<[string, Parameters<typeof missing>, readonly string[]]>([
    ['all, where nothing is there', [{}], ['https://example.org/Search.git', 'https://example.org/store']],
    [
      'nothing that is checked out',
      [{ [checkouts]: ['search-0a1b'], [`${checkouts}/search-0a1b`]: ['6ae7c70'] }],
      ['https://example.org/store'],
    ],
    [
      'what is checked out at another commit',
      [{ [checkouts]: ['store-0a1b'], [`${checkouts}/store-0a1b`]: ['1234567'] }],
      ['https://example.org/Search.git', 'https://example.org/store'],
    ],
    ['nothing that is replaced', [{}, ['https://example.org/Search']], ['https://example.org/store']],
  ])('%s', (_, given, expected) => {
    expect(missing(...given)).toEqual(expected);
  });

  it('reads replaced sources from the cargo configuration', () => {
    const replaced = replacedUrls([
      {
        source: {
          a: { git: 'https://example.org/a.git', rev: 'x', 'replace-with': 'vendored' },
          b: { git: 'https://example.org/b' },
          vendored: { directory: 'vendor' },
        },
      },
    ]);
    expect([...replaced]).toEqual(['https://example.org/a']);
  });
});

it('the error lists every unreachable source', () => {
  const { what, why } = unreachableError(sources, 3, undefined);
  expect(what).toBe('cannot reach 2 of 3 Git sources in Cargo.lock');
  for (const source of sources) expect(why).toContain(formatSource(source));
  expect(why).toContain('https://example.org/Search.git at 6ae7c70bc603 (search, search-api)');
});
