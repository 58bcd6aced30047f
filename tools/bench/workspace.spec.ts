import { expect, it } from 'vitest';
import { benchWorkspace, rootSourceText } from './workspace.ts';

it.each([5, 20, 200, 1000])(
  '%i crates: a fifth are binaries, and together they use every library',
  (count) => {
    const { crates } = benchWorkspace(count);
    const byName = new Map(crates.map((crate) => [crate.name, crate]));
    const taken = new Set(crates.filter(({ isBinary }) => isBinary).map(({ name }) => name));
    expect([byName.size, taken.size]).toEqual([count, count / 5]);
    for (const name of taken) for (const below of byName.get(name)?.dependencies ?? []) taken.add(below);
    expect(taken.size).toBe(count);
  },
);

it('is deterministic, and an edit changes one line of one source', () => {
  const { crates, files } = benchWorkspace(20);
  expect(benchWorkspace(20).files).toEqual(files);
  for (const crate of crates) {
    const [before, after] = [rootSourceText(crate), rootSourceText(crate, 7)].map((text) => text.split('\n'));
    expect(after?.filter((line, index) => line !== before?.[index])).toEqual(['pub const EDITION: u64 = 7;']);
  }
});
