import { expect, it } from 'vitest';
import { findings } from './findings.js';

const found = {
  ...{ folder: 'vendor/mill', described: 'v1', isTagged: true, crates: [], main: undefined, gitSources: [] },
  facts: [],
};

it('prints ten facts, and says how many more there are (qdrant: 36 OpenAPI documents)', () => {
  const facts = Array.from({ length: 36 }, (_, index) => ({
    from: `v${index}.json`,
    what: 'OpenAPI document',
  }));
  const lines = findings({ ...found, facts });
  expect(lines.filter((line) => line.includes('OpenAPI document'))).toHaveLength(10);
  expect(lines).toContain('  and 26 more: see "inferred" in the list of crates');
});

it('says how to make a submodule of a Git repository that other clones would not get', () => {
  expect(findings({ ...found, embeddedFrom: 'https://example.org/mill.git' })).toContain(
    '  the folder is not a submodule, so other clones of this repository do not get it: git submodule add https://example.org/mill.git vendor/mill',
  );
});
