import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInLanes } from './lanes.ts';

interface Work {
  readonly name: string;
  readonly group?: string | undefined;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Work that is running, and the functions that end it. */
function lanesOf(count: number, work: readonly Work[]) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const lanes = runInLanes(
    range(count),
    work,
    ({ name }, lane) =>
      new Promise<string>((resolve) => {
        log.push(`${name} in ${lane}`);
        ends.set(name, () => {
          ends.delete(name);
          resolve(name);
        });
      }),
  );
  const end = async (name: string) => {
    ends.get(name)?.();
    // Lets the lane take its next work.
    await new Promise(setImmediate);
  };
  return { log, ends, end, results: Promise.all(lanes.map(({ results }) => results)) };
}

describe('runInLanes', () => {
  it('gives the next work to the lane that becomes free', async () => {
    const { log, end, results } = lanesOf(2, [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }]);
    expect(log).toEqual(['a in 0', 'b in 1']);
    await end('b');
    await end('c');
    expect(log.slice(2)).toEqual(['c in 1', 'd in 1']);
    await end('a');
    await end('d');
    expect(await results).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('passes over work whose group is running', async () => {
    const { log, end, results } = lanesOf(2, [
      { name: 'a', group: 'engine' },
      { name: 'b', group: 'engine' },
      { name: 'c' },
    ]);
    expect(log).toEqual(['a in 0', 'c in 1']);
    await end('c');
    await end('a');
    expect(log.slice(2)).toEqual(['b in 0']);
    await end('b');
    expect(await results).toEqual([['a', 'b'], ['c']]);
  });

  it('rejects with the error of its work', async () => {
    const [lane] = runInLanes([0], [{}], () => Promise.reject(new Error('no such program')));
    await expect(lane?.results).rejects.toThrow('no such program');
  });

  it('runs all work, and no two of a group at the same time', async () => {
    const groups = fc.array(fc.constantFrom(undefined, 'engine', 'checkout'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        groups,
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        async (list, count, scheduler) => {
          const running: string[] = [];
          const work = list.map((group, index) => ({ index, group }));
          const ran = runInLanes(range(count), work, async ({ index, group }) => {
            if (group !== undefined) {
              expect(running).not.toContain(group);
              running.push(group);
            }
            await scheduler.schedule(Promise.resolve());
            if (group !== undefined) running.splice(running.indexOf(group), 1);
            return index;
          });
          const results = Promise.all(ran.map((lane) => lane.results));
          await scheduler.waitFor(results);
          expect((await results).flat().sort((a, b) => a - b)).toEqual(list.map((_, index) => index));
        },
      ),
    );
  });
});
