import type { ClassStatistics } from '../../cache/entries.js';
import type { Dimension, SizeRow, UsageRow } from '../../cache/history.js';
import { otherProjects, unknownProject } from '../../cache/usage.js';
import type { ServerConfig } from '../../config/schema.js';
import { trustGroup, type TrustGroup, trustGroups } from '../../identity/trust-class.js';

/** Spans of the overview: how far back, and how many hours a point of a chart stands for. */
export const ranges = {
  day: { name: '24 hours', hours: 24, step: 1 },
  week: { name: '7 days', hours: 7 * 24, step: 3 },
  month: { name: '30 days', hours: 30 * 24, step: 12 },
} as const;
export type Range = keyof typeof ranges;

/** A line or an area of a chart: one value for each time, undefined where nothing is known. */
export interface Series {
  readonly name: string;
  /** The number of its colour, which is the same in all charts of a page. */
  readonly color: number;
  readonly values: readonly (number | undefined)[];
}

/** What a kind of class, or a project, did in the span. */
export interface KeyRow {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly writes: number;
  readonly readBytes: number;
  /** 0 to 1. Undefined if there were no reads. */
  readonly hitRate: number | undefined;
  readonly storedBytes: number;
}

/** How much of a quota is used. */
export interface QuotaRow {
  readonly workspace: string;
  readonly kind: TrustGroup;
  readonly entries: number;
  readonly bytes: number;
  readonly quota: number;
}

export interface OverviewModel {
  /** In milliseconds since 1970, the oldest first. */
  readonly times: readonly number[];
  readonly total: KeyRow;
  readonly rows: readonly KeyRow[];
  readonly hitRates: readonly Series[];
  readonly sizes: readonly Series[];
  readonly quotas: readonly QuotaRow[];
}

export interface OverviewInput {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly range: Range;
  readonly dimension: Dimension;
  readonly usage: readonly UsageRow[];
  readonly sizes: readonly SizeRow[];
  /** What is stored now, by the same keys. */
  readonly stored: readonly Omit<SizeRow, 'time'>[];
  readonly classes: readonly ClassStatistics[];
  readonly quotaBytes: ServerConfig['quotaBytes'];
}

/** More lines cannot be told apart. */
const maximumSeries = 6;
/** The colours of what is not one key. */
const colorOfAll = 0;
const colorOfOthers = maximumSeries + 1;
const hourMilliseconds = 3_600_000;
const all = 'all';

/** Returns the times of the points of a chart. The last one is the span that `now` belongs to. */
export function timesOf(now: number, range: Range): number[] {
  const { hours, step } = ranges[range];
  const milliseconds = step * hourMilliseconds;
  const last = now - (now % milliseconds);
  const count = hours / step;
  return Array.from({ length: count }, (_, index) => last - (count - 1 - index) * milliseconds);
}

/** Returns what the overview shows. */
export function overviewModel(input: OverviewInput): OverviewModel {
  const { now, range, dimension, usage, stored, classes, quotaBytes } = input;
  const times = timesOf(now, range);
  const storedBytes = new Map(stored.map(({ key, bytes }) => [key, bytes]));
  const keys = [...new Set([...usage.map(({ key }) => key), ...storedBytes.keys()])];
  const rows = keys
    .map((key) => ({
      key,
      row: sum(
        nameOf(dimension, key),
        usage.filter((one) => one.key === key),
        storedBytes.get(key) ?? 0,
      ),
    }))
    .sort(
      (a, b) =>
        requestsOf(b.row) - requestsOf(a.row) ||
        b.row.storedBytes - a.row.storedBytes ||
        compare(a.key, b.key),
    );
  const total = sum(
    all,
    usage,
    stored.reduce((bytes, one) => bytes + one.bytes, 0),
  );
  const shown = shownKeys(rows);
  return {
    times,
    total,
    rows: rows.map(({ row }) => row),
    hitRates: [
      { name: all, color: colorOfAll, values: rates(times, usage) },
      ...(shown.length < 2 ? [] : shown).flatMap((key, at) => {
        const values = rates(
          times,
          usage.filter((one) => one.key === key),
        );
        const isUsed = values.some((value) => value !== undefined);
        return isUsed ? [{ name: nameOf(dimension, key), color: at + 1, values }] : [];
      }),
    ],
    sizes: sizeSeries(input, times, shown),
    quotas: quotaRows(classes, quotaBytes),
  };
}

/** Returns the keys that charts show: the most used and the largest, then the next most used. */
function shownKeys(rows: readonly { readonly key: string; readonly row: KeyRow }[]): string[] {
  const largest = [...rows].sort((a, b) => b.row.storedBytes - a.row.storedBytes);
  const first = [...rows.slice(0, maximumSeries / 2), ...largest.slice(0, maximumSeries / 2), ...rows];
  return [...new Set(first.map(({ key }) => key))].slice(0, maximumSeries);
}

/** Returns what the kinds of class use in each workspace that has entries. */
export function quotaRows(
  classes: readonly ClassStatistics[],
  quotaBytes: ServerConfig['quotaBytes'],
): QuotaRow[] {
  const workspaces = [...new Set(classes.map(({ workspace }) => workspace))];
  return workspaces.flatMap((workspace) =>
    trustGroups.map((kind) => {
      const own = classes.filter((one) => one.workspace === workspace && trustGroup(one.trustClass) === kind);
      return {
        workspace,
        kind,
        entries: own.reduce((count, one) => count + one.entries, 0),
        bytes: own.reduce((bytes, one) => bytes + one.bytes, 0),
        quota: quotaBytes[kind],
      };
    }),
  );
}

/** The shown keys, then the rest together. The last point is what is stored now. */
function sizeSeries(
  { dimension, sizes, stored }: OverviewInput,
  times: readonly number[],
  shown: readonly string[],
): Series[] {
  const last = times.at(-1);
  const points = [
    ...sizes.filter(({ time }) => time !== last),
    ...stored.map((one) => ({ ...one, time: last })),
  ];
  const known = new Set<number | undefined>([...points.map(({ time }) => time), last]);
  const series = (name: string, color: number, isOf: (key: string) => boolean): Series[] => {
    const own = points.filter(({ key }) => isOf(key));
    if (own.length === 0) return [];
    const values = times.map((time) =>
      known.has(time)
        ? own.filter((one) => one.time === time).reduce((bytes, one) => bytes + one.bytes, 0)
        : undefined,
    );
    return [{ name, color, values }];
  };
  return [
    ...shown.flatMap((key, at) => series(nameOf(dimension, key), at + 1, (one) => one === key)),
    ...series('others', colorOfOthers, (one) => !shown.includes(one)),
  ];
}

function rates(times: readonly number[], usage: readonly UsageRow[]): (number | undefined)[] {
  return times.map((time) => {
    const of = usage.filter((one) => one.time === time);
    return rateOf(add(of, 'hits'), add(of, 'misses'));
  });
}

function sum(name: string, usage: readonly UsageRow[], storedBytes: number): KeyRow {
  const [hits, misses] = [add(usage, 'hits'), add(usage, 'misses')];
  const [writes, readBytes] = [add(usage, 'writes'), add(usage, 'readBytes')];
  return { name, hits, misses, writes, readBytes, hitRate: rateOf(hits, misses), storedBytes };
}

function add(usage: readonly UsageRow[], field: 'hits' | 'misses' | 'writes' | 'readBytes'): number {
  return usage.reduce((total, one) => total + one[field], 0);
}

function rateOf(hits: number, misses: number): number | undefined {
  return hits + misses === 0 ? undefined : hits / (hits + misses);
}

function requestsOf({ hits, misses }: KeyRow): number {
  return hits + misses;
}

function nameOf(dimension: Dimension, key: string): string {
  if (dimension === 'kind') return key;
  if (key === unknownProject) return 'unknown project';
  return key === otherProjects ? 'other projects' : key;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
