import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layouts, readCorpus, smallCorpus } from './packages.ts';
import { type Result, tryCorpus, tryLayouts } from './run.ts';

/** The small part of the corpus; `npm run corpus` tries all of it. */
const corpus = smallCorpus(readCorpus());
const noFaults = { projects: [], edges: [], undeclared: [], foreign: [] };
let folder: string;
let results: ReadonlyMap<string, Result>;
let laidOut: readonly Result[];
const wrapped = ['rustversion', 'github.com/fatih/color'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-corpus-'));
  const found = tryCorpus(folder, corpus, { say: () => undefined });
  results = new Map(found.map((result) => [result.name, result]));
  const isWrapped = ({ name }: { readonly name: string }) => wrapped.includes(name);
  const few = { crates: corpus.crates.filter(isWrapped), modules: corpus.modules.filter(isWrapped) };
  laidOut = tryLayouts(folder, few, { say: () => undefined });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each([
  ['crate', corpus.crates],
  ['module', corpus.modules],
])('the published %s', (_, packages) => {
  it.each(packages)(
    '$name $version has the projects, edges and inputs that its toolchain reports',
    ({ name }) => {
      const result = results.get(name);
      expect(result?.truth.skipped, 'why it was not compiled').toBeUndefined();
      expect(result?.faults).toEqual(noFaults);
      expect(result?.truth.files.length).toBeGreaterThan(0);
    },
  );
});

describe.each(wrapped)('around the published %s', (name) => {
  it.each(layouts)(
    'the layout "%s" has the projects, edges and inputs that its toolchain reports',
    (layout) => {
      const both = laidOut.filter((one) => one.name === name && one.layout === layout);
      expect(both.map(({ place, truth, faults }) => ({ place, skipped: truth.skipped, faults }))).toEqual(
        both.map(({ place }) => ({ place, skipped: undefined, faults: noFaults })),
      );
      expect(both.map(({ truth }) => truth.edges.length)).toEqual([0, 1]);
    },
  );
});
