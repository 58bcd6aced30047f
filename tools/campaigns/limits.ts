import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { inputs } from '../limits/inputs.ts';
import type { Measured } from '../limits/measure.ts';

/** The number of measurements of each size, each in a separate process. */
const runs = 3;
/**
 * The maximum factors of CPU time and memory for twice the input. They are measured on busy machines, and
 * memory includes uncollected garbage.
 */
const tolerance = { milliseconds: 2.7, bytes: 4 };
/**
 * Smaller values are not compared, because the compilation of the parser itself dominates. In milliseconds
 * and bytes.
 */
const least = { milliseconds: 60, bytes: 48 << 20 };
/** The time limit for any input, in milliseconds. */
const patience = 300_000;

/** Measures inputs that were designed to be slow, at one size and at twice that size. */
export default function limits(): Campaign {
  return {
    purpose:
      'An input of twice the size takes at most about twice the time and memory, for each kind of pathological input, or is ' +
      'rejected with an error that names the limit.',
    cases: inputs.length,
    run: (index) => Promise.resolve(compare(index)),
    describe,
  };
}

function compare(index: number): string {
  const size = inputs[index]?.size ?? 0;
  const [once, twice] = [measure(index, size), measure(index, 2 * size)];
  const row = [once.milliseconds, twice.milliseconds].map((time) => time.toFixed(0));
  row.push(...[once.bytes, twice.bytes].map((bytes) => (bytes / 2 ** 20).toFixed(0)));
  const detail = [...row, twice.refusal === undefined ? 'read' : `refused: ${twice.refusal}`].join(' | ');
  for (const kind of ['milliseconds', 'bytes'] as const) {
    const growth = twice[kind] / Math.max(once[kind], least[kind]);
    if (growth > tolerance[kind]) throw new Error(`${detail}: ${growth.toFixed(1)} times the ${kind}`);
  }
  return detail;
}

/** Returns the medians of several runs. */
function measure(index: number, size: number): Measured {
  const script = fileURLToPath(new URL('../limits/measure.ts', import.meta.url));
  const all = Array.from({ length: runs }, () => {
    const args = [script, String(index), String(size)];
    const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: patience,
    });
    if (status !== 0) throw new Error(`size ${size}: ${error?.message ?? stderr.slice(0, 500)}`);
    return JSON.parse(stdout) as Measured;
  });
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
  return {
    milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
    bytes: median(all.map(({ bytes }) => bytes)),
    refusal: all[0]?.refusal,
  };
}

/** Returns a table of the inputs. */
function describe(results: readonly CaseResult[]): string {
  const rows = results.map(({ index, detail }) => {
    const input = inputs[index];
    const shown = detail.replaceAll('\n', ' ').slice(0, 200);
    return `| ${input?.name ?? ''} | ${input?.reader ?? ''} | ${input?.size.toLocaleString('en') ?? ''} | ${shown} |`;
  });
  return [
    `Medians of ${runs} runs, each in its own process: CPU time in milliseconds and growth of the process in MiB, for`,
    `the sizes n and 2n. The size 2n may take ${tolerance.milliseconds} times the time and ${tolerance.bytes} times the memory of n;`,
    `values below ${least.milliseconds} ms and ${least.bytes >> 20} MiB count as ${least.milliseconds} ms and ${least.bytes >> 20} MiB.`,
    '',
    '| input | reader | n | ms for n | ms for 2n | MiB for n | MiB for 2n | outcome |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
