import { Worker } from 'node:worker_threads';
import { parsers } from '../fuzz/parsers.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';

/** The number of texts for each parser in a full run. */
const texts = 1_000_000;
/** The number of texts in one case. Each case has its own seed. */
const textsOfSlice = 50_000;
/** A slice that takes longer is considered hanging, in milliseconds: half an hour. */
const patience = 30 * 60_000;

/** Tests every parser with random texts: the first slice of each, then the second, and so on. */
export default function fuzzing(): Campaign {
  return {
    purpose:
      'Every parser accepts or rejects texts made of random words of its format, without a crash, a hang, or a change of ' +
      '`Object.prototype`. The slowest texts of each slice are then repeated four times, and take at most nine times the CPU time.',
    cases: parsers.length * slices,
    run: async (index) => {
      const { name, seed } = sliceOf(index);
      const slowest = await runSlice(name, seed);
      return `${name}, seed ${seed}: ${textsOfSlice} texts, the slowest in ${slowest.toFixed(0)} ms`;
    },
    describe,
  };
}

/** The number of slices of one parser in a full run. */
const slices = texts / textsOfSlice;
/** Parsers whose slices alternate. Slow ones come last. */
const groups = [parsers.filter(({ isSlow }) => !isSlow), parsers.filter(({ isSlow }) => isSlow)];

function sliceOf(index: number): { readonly name: string; readonly seed: number } {
  const [fast = [], slow = []] = groups;
  const isFast = index < fast.length * slices;
  const [group, place] = isFast ? [fast, index] : [slow, index - fast.length * slices];
  return { name: group[place % group.length]?.name ?? '', seed: 2 + Math.floor(place / group.length) };
}

/** @returns the CPU time of the slowest text, in milliseconds */
async function runSlice(name: string, seed: number): Promise<number> {
  const worker = new Worker(new URL('../fuzz/slice.ts', import.meta.url), {
    workerData: { name, seed, runs: textsOfSlice },
    resourceLimits: { maxOldGenerationSizeMb: 1_024 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', (code) => {
    reject(new Error(`${name}, seed ${seed}: the parser ended its thread with ${code}`));
  });
  const timer = setTimeout(() => {
    reject(new Error(`${name}, seed ${seed}: still at work after ${patience / 60_000} minutes`));
  }, patience);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** Returns a table of the parsers with the number of texts and the slowest one. */
function describe(results: readonly CaseResult[]): string {
  const rows = [...Map.groupBy(results, ({ index }) => sliceOf(index).name)].map(([name, slices]) => {
    const passed = slices.filter((slice) => slice.passed);
    const slowest = passed.map(({ detail }) => Number(/the slowest in (\d+) ms/.exec(detail)?.[1] ?? 0));
    const count = (passed.length * textsOfSlice).toLocaleString('en');
    return `| ${name} | ${count} | ${slices.length - passed.length} | ${Math.max(0, ...slowest)} |`;
  });
  return [
    `A full run has ${texts.toLocaleString('en')} texts for each parser, in slices of ${textsOfSlice.toLocaleString('en')}. Of the`,
    'texts, 2 in 100 repeat words up to 30 times, and 1 in 1,000 up to 3,000 times.',
    '',
    '| parser | texts | failed slices | slowest text, in milliseconds |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
