/** Checks properties of every parser with texts of one seed. */
import fc from 'fast-check';
import { ObjectFileError } from '../../packages/object-file/dist/index.js';
import { MillwrightError } from '../../packages/toolkit/dist/index.js';
import type { Parser } from './parsers.ts';
import { type HostileText, hostileText, type Shares, textOf } from './texts.ts';

export interface FuzzRun {
  readonly seed: number;
  /** The number of texts. */
  readonly runs: number;
  readonly shares: Shares;
}

/** The maximum CPU time of one run, in milliseconds. The texts have less than 200 KB. */
const maxRunMilliseconds = 2_000;

/**
 * Runs a parser on texts. Each must be parsed or rejected with a MillwrightError in time, without changing
 * `Object.prototype`.
 * @returns the longest CPU time of a text in milliseconds, and the texts whose growth should be checked:
 * the slowest one, and the slowest per character among those with repetitions
 * @throws Error with the first text that violates a property
 */
export function fuzz(
  { name, words, parse }: Parser,
  { seed, runs, shares }: FuzzRun,
): { readonly slowest: number; readonly suspects: readonly HostileText[] } {
  const slowest = new Largest();
  const steepest = new Largest();
  const property = fc.property(hostileText(words, shares), (hostile) => {
    const text = textOf(hostile);
    // The clock is cheaper than the CPU time, which is only queried after a long run.
    const started = performance.now();
    parseOrRefuse(parse, text);
    const elapsed = performance.now() - started;
    if (Object.keys(Object.prototype).length > 0)
      throw new Error(`added ${Object.keys(Object.prototype).join(', ')} to Object.prototype`);
    const isSuspect = hostile.repeated !== '' && elapsed / text.length > steepest.value;
    if (elapsed <= slowest.value && !isSuspect) return;
    const milliseconds = timeOf(() => {
      parseOrRefuse(parse, text);
    });
    if (milliseconds > maxRunMilliseconds) throw new Error(`took ${milliseconds.toFixed(0)} ms`);
    slowest.add(hostile, milliseconds);
    if (hostile.repeated !== '') steepest.add(hostile, milliseconds / text.length);
  });
  const result = fc.check(property, { numRuns: runs, seed, endOnFailure: true });
  if (result.failed) {
    const [first] = result.counterexample ?? [];
    throw new Error(`${name}, seed ${seed}: ${String(result.errorInstance)} for ${JSON.stringify(first)}`);
  }
  return {
    slowest: slowest.value,
    suspects: [slowest.text, steepest.text].filter((text) => text !== undefined),
  };
}

/** The text with the largest value so far. */
class Largest {
  text: HostileText | undefined;
  value = 0;

  add(text: HostileText, value: number): void {
    if (value > this.value) [this.text, this.value] = [text, value];
  }
}

/** CPU times to compare, in milliseconds: first a short one, then a longer one if it is suspicious. */
const minTimes = [20, 100];
/** The longest text for measuring growth, in characters. */
const maxTextLength = 1 << 20;
/**
 * The maximum factor of CPU time for four times the text, including garbage collection. Quadratic growth
 * would be 16.
 */
const maxGrowth = 9;

/**
 * Repeats a text until its time can be measured, then four times as often.
 * @throws Error if the time grows faster than the text
 */
export function checkGrowth({ name, parse }: Parser, text: HostileText): void {
  if (text.repeated === '') return;
  const time = (times: number) =>
    timeOf(() => {
      parseOrRefuse(parse, textOf({ ...text, times }));
    });
  let { times } = text;
  let growth = 0;
  for (const leastTime of minTimes) {
    while (time(times) < leastTime) {
      times *= 2;
      if (times * text.repeated.length > maxTextLength) return;
    }
    // The smaller of two measurements is more accurate.
    const least = (count: number) => Math.min(time(count), time(count));
    growth = least(4 * times) / least(times);
    if (growth <= maxGrowth) return;
  }
  const shown = JSON.stringify({ ...text, times });
  throw new Error(`${name}: four times the text takes ${growth.toFixed(1)} times the time for ${shown}`);
}

function parseOrRefuse(parse: Parser['parse'], text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof MillwrightError || error instanceof ObjectFileError)) throw error;
  }
}

function timeOf(action: () => void): number {
  const before = process.threadCpuUsage();
  action();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
