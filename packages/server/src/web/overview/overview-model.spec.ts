import { describe, expect, it } from 'vitest';
import type { SizeRow, UsageRow } from '../../cache/history.js';
import { otherProjects, unknownProject } from '../../cache/usage.js';
import { overviewModel, timesOf } from './overview-model.js';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 28, 16, 30);
const times = timesOf(now, 'day');
const quotaBytes = { trusted: 1000, branch: 500, pr: 200, dev: 100 };
const used = (ago: number, key: string, hits: number, misses: number): UsageRow => ({
  time: (times.at(-1) ?? 0) - ago * hour,
  key,
  hits,
  misses,
  writes: misses,
  readBytes: hits * 10,
  writtenBytes: misses * 10,
});
const model = (changed: {
  usage?: UsageRow[];
  sizes?: SizeRow[];
  stored?: Omit<SizeRow, 'time'>[];
  dimension?: 'kind' | 'project';
}) =>
  overviewModel({
    now,
    range: 'day',
    dimension: 'project',
    usage: [],
    sizes: [],
    stored: [],
    classes: [],
    quotaBytes,
    ...changed,
  });

it('has a point for each span up to now', () => {
  expect(times).toHaveLength(24);
  expect(new Date(times.at(-1) ?? 0).toISOString()).toBe('2026-11-28T16:00:00.000Z');
  for (const range of ['week', 'month'] as const) {
    const points = timesOf(now, range);
    const last = points.at(-1) ?? 0;
    expect(last <= now && now - last < (points[1] ?? 0) - (points[0] ?? 0)).toBe(true);
  }
});

it('of an empty cache has no rate, and says nothing of times before the server ran', () => {
  const { total, rows, hitRates, sizes } = model({});
  expect(total).toMatchObject({ hits: 0, misses: 0, hitRate: undefined, storedBytes: 0 });
  expect([rows, sizes]).toEqual([[], []]);
  expect(hitRates).toHaveLength(1);
  expect(hitRates[0]?.values.every((value) => value === undefined)).toBe(true);
});

it('adds up requests by project, the most used first', () => {
  const usage = [used(0, 'api', 3, 1), used(2, 'api', 1, 1), used(2, 'shop', 10, 0)];
  const { total, rows, hitRates } = model({ usage, stored: [{ key: 'api', bytes: 70 }] });
  expect(total).toMatchObject({ hits: 14, misses: 2, hitRate: 14 / 16, storedBytes: 70 });
  expect(rows.map(({ name, hitRate, storedBytes }) => [name, hitRate, storedBytes])).toEqual([
    ['shop', 1, 0],
    ['api', 4 / 6, 70],
  ]);
  expect(hitRates.map(({ name, values }) => [name, ...values.slice(-3)])).toEqual([
    ['all', 11 / 12, undefined, 3 / 4],
    ['shop', 1, undefined, undefined],
    ['api', 1 / 2, undefined, 3 / 4],
  ]);
});

it.each([
  [unknownProject, 'unknown project'],
  [otherProjects, 'other projects'],
  ['<b>', '<b>'],
])('names the project %j %s', (key, name) => {
  expect(model({ usage: [used(0, key, 1, 0)] }).rows[0]?.name).toBe(name);
});

describe('the sizes', () => {
  it('end with what is stored now, and are unknown where none was recorded', () => {
    const past = { time: (times.at(-1) ?? 0) - 2 * hour, bytes: 5 };
    const now = { time: times.at(-1) ?? 0, bytes: 6 };
    const { sizes } = model({
      sizes: [
        { ...past, key: 'api' },
        { ...past, key: 'gone' },
        { ...now, key: 'api' },
      ],
      stored: [{ key: 'api', bytes: 9 }],
    });
    expect(sizes.map(({ name, values }) => [name, ...values.slice(-3)])).toEqual([
      ['api', 5, undefined, 9],
      ['others', 5, undefined, 0],
    ]);
  });

  it('show the most used and the largest projects, and the others together', () => {
    const stored = Array.from({ length: 10 }, (_, at) => ({ key: `p${at}`, bytes: at }));
    const { sizes } = model({ stored, usage: [0, 1, 2].map((at) => used(0, `p${at}`, 9 - at, 0)) });
    expect(sizes.map(({ name, values }) => [name, values.at(-1)])).toEqual([
      ['p0', 0],
      ['p1', 1],
      ['p2', 2],
      ['p9', 9],
      ['p8', 8],
      ['p7', 7],
      ['others', 3 + 4 + 5 + 6],
    ]);
  });
});

it('gives a project the same colour in both charts', () => {
  const stored = ['b', 'a', 'c'].map((key, at) => ({ key, bytes: 9 - at }));
  const { hitRates, sizes } = model({ stored, usage: [used(0, 'a', 2, 0), used(0, 'c', 1, 0)] });
  const colorsOf = (series: typeof sizes) =>
    Object.fromEntries(series.map(({ name, color }) => [name, color]));
  expect(colorsOf(hitRates)).toEqual({ all: 0, a: 1, c: 2 });
  expect(colorsOf(sizes)).toEqual({ a: 1, c: 2, b: 3 });
});

it('compares what each kind of class uses with its quota, in each workspace', () => {
  const entry = { entries: 1, lastReadAt: new Date(now) };
  const { quotas } = overviewModel({
    now,
    range: 'day',
    dimension: 'kind',
    usage: [],
    sizes: [],
    stored: [],
    quotaBytes,
    classes: [
      { ...entry, workspace: 'a', trustClass: 'pr:1', bytes: 30 },
      { ...entry, workspace: 'a', trustClass: 'pr:2', bytes: 40 },
      { ...entry, workspace: 'b', trustClass: 'trusted', bytes: 50 },
    ],
  });
  expect(quotas).toHaveLength(8);
  expect(quotas).toContainEqual({ workspace: 'a', kind: 'pr', entries: 2, bytes: 70, quota: 200 });
  expect(quotas).toContainEqual({ workspace: 'b', kind: 'trusted', entries: 1, bytes: 50, quota: 1000 });
  expect(quotas).toContainEqual({ workspace: 'b', kind: 'dev', entries: 0, bytes: 0, quota: 100 });
});
