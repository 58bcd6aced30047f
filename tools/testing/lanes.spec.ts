import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInLanes } from './lanes.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Work that is running, and the functions that end it. */
function lanesOf(count: number, work: readonly string[]) {
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const lanes = runInLanes(
    range(count),
    work,
    (name, lane) =>
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
    const { log, end, results } = lanesOf(2, ['a', 'b', 'c', 'd']);
    expect(log).toEqual(['a in 0', 'b in 1']);
    await end('b');
    await end('c');
    expect(log.slice(2)).toEqual(['c in 1', 'd in 1']);
    await end('a');
    await end('d');
    expect(await results).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('rejects with the error of its work', async () => {
    const [lane] = runInLanes([0], [{}], () => Promise.reject(new Error('no such program')));
    await expect(lane?.results).rejects.toThrow('no such program');
  });

  it('runs all work once, in as many lanes as there are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.scheduler(),
        async (pieces, count, scheduler) => {
          const running = new Set<number>();
          const ran = runInLanes(range(count), range(pieces), async (piece, lane) => {
            expect(running).not.toContain(lane);
            running.add(lane);
            await scheduler.schedule(Promise.resolve());
            running.delete(lane);
            return piece;
          });
          const results = Promise.all(ran.map((lane) => lane.results));
          await scheduler.waitFor(results);
          expect((await results).flat().sort((a, b) => a - b)).toEqual(range(pieces));
        },
      ),
    );
  });
});
