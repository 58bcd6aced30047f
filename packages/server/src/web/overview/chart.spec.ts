import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { Chart, type ChartProps } from './chart.js';
import { share, size } from './units.js';

const times = [0, 1, 2, 3].map((at) => Date.UTC(2026, 10, 28, at));
const draw = (changed: Partial<ChartProps>) =>
  renderToString(
    h(Chart, {
      id: 'one',
      title: 'Hit rate',
      summary: '',
      kind: 'lines',
      times,
      series: [{ name: 'all', color: 0, values: [undefined, 0, 1, 0.5] }],
      unit: share,
      ...changed,
    }),
  );

it('draws lines through what is known, with the values as a table', () => {
  const html = draw({});
  expect(html).toContain('<path d="M');
  expect(html.match(/<circle/g)).toHaveLength(3);
  expect(html).toContain('<caption id="one-values">Hit rate, values</caption>');
  expect(html).toContain('<th scope="row">2026-11-28 03:00</th><td class="number">50 %</td>');
  expect(html).not.toContain('NaN');
});

it.each<[string, Partial<ChartProps>]>([
  ['nothing', { series: [] }],
  ['no values', { series: [{ name: 'all', color: 0, values: times.map(() => undefined) }] }],
  ['nothing stored', { kind: 'areas', unit: size, series: [] }],
  [
    'one time',
    {
      kind: 'areas',
      unit: size,
      series: [{ name: 'a', color: 1, values: [undefined, undefined, undefined, 7] }],
    },
  ],
  ['only zeros', { kind: 'areas', unit: size, series: [{ name: 'a', color: 1, values: [0, 0, 0, 0] }] }],
])('draws %s', (_, changed) => {
  expect(draw(changed)).not.toMatch(/NaN|Infinity|undefined/);
});

it('stands areas upon each other', () => {
  const series = [1, 3].map((value) => ({
    name: String(value),
    color: value,
    values: times.map(() => value * 2 ** 30),
  }));
  const html = draw({ kind: 'areas', unit: size, series });
  const tops = [...html.matchAll(/<path class="area series-\d" d="M[\d.]+,([\d.]+)/g)].map(([, y]) =>
    Number(y),
  );
  expect(tops).toHaveLength(2);
  // 4 GiB is the end of the axis, so the upper area reaches the top margin.
  expect(tops[1]).toBe(10);
  expect(tops[0]).toBeGreaterThan(10);
});

it('escapes the names of series', () => {
  expect(draw({ series: [{ name: '<script>', color: 1, values: [1, 1, 1, 1] }] })).not.toContain('<script>');
});

describe('the axis of sizes', () => {
  it.each([
    [0, ['0 B', '1 B']],
    [900, ['0 B', '200 B', '400 B', '600 B', '800 B', '1000 B']],
    [3.2 * 2 ** 30, ['0 B', '1.0 GiB', '2.0 GiB', '3.0 GiB', '4.0 GiB']],
  ])('up to %d has round numbers', (largest, expected) => {
    expect(size.ticks(largest).map(size.text)).toEqual(expected);
  });
});
