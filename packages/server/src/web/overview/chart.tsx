import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, line, type SeriesPoint, stack } from 'd3-shape';
import { timeText } from '../format.js';
import { Table } from '../table.js';
import type { Series } from './overview-model.js';

export interface ChartProps {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, for those who do not see it. */
  readonly summary: string;
  /** `areas` stand upon each other. */
  readonly kind: 'lines' | 'areas';
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly unit: Unit;
}

/** How values are shown. */
export interface Unit {
  readonly text: (value: number | undefined) => string;
  /** The values of the horizontal lines up to a largest value, the last of which is the end of the axis. */
  readonly ticks: (largest: number) => readonly number[];
}

/** The values of all series at a time. */
interface Instant {
  readonly time: number;
  readonly values: readonly (number | undefined)[];
}

const width = 480;
const height = 210;
/** With more points, marks hide the line. */
const maximumMarks = 30;
const margin = { top: 10, right: 14, bottom: 24, left: 70 };

/** A chart without scripts, with its legend and the table of its values. Colours come from the stylesheet. */
export function Chart({ id, title, summary, kind, times, series, unit }: ChartProps) {
  const drawn = kind === 'lines' ? lines(times, series, unit) : areas(times, series, unit);
  return (
    <figure class="card chart" aria-labelledby={`${id}-title`}>
      <figcaption id={`${id}-title`}>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}. ${summary}`}>
        <Axes times={times} ticks={drawn.ticks} unit={unit} />
        {drawn.shapes}
      </svg>
      <ul class="legend">
        {series.map(({ name, color, values }) => (
          <li>
            <svg class="swatch" viewBox="0 0 16 10" aria-hidden="true">
              {kind === 'lines' ? (
                <path class={`line series-${color}`} d="M0,5H16" />
              ) : (
                <rect class={`area series-${color}`} width="16" height="10" />
              )}
            </svg>
            {name} <b>{unit.text(values.findLast((value) => value !== undefined))}</b>
          </li>
        ))}
      </ul>
      <Values {...{ id, title, times, series, unit }} />
    </figure>
  );
}

function lines(times: readonly number[], series: readonly Series[], unit: Unit) {
  const ticks = unit.ticks(1);
  const [x, y] = scales(times, ticks);
  const shapes = series.map(({ color, values }) => {
    const points = times.flatMap((time, at) => {
      const value = values[at];
      return value === undefined ? [] : [[x(time), y(value)] as [number, number]];
    });
    const marked = points.length > maximumMarks ? [] : points;
    return (
      <g class={`line series-${color}`}>
        <path d={line()(points) ?? ''} />
        {marked.map(([cx, cy]) => (
          <circle cx={round(cx)} cy={round(cy)} r="2" />
        ))}
      </g>
    );
  });
  // The first series is that of all, and lies on top.
  return { ticks, shapes: shapes.reverse() };
}

function areas(times: readonly number[], series: readonly Series[], unit: Unit) {
  const columns: Instant[] = times.map((time, at) => ({
    time,
    values: series.map(({ values }) => values[at]),
  }));
  const known = columns.filter(({ values }) => values.some((value) => value !== undefined));
  const largest = Math.max(
    0,
    ...known.map(({ values }) => values.reduce<number>((sum, one) => sum + (one ?? 0), 0)),
  );
  const ticks = unit.ticks(largest);
  const [x, y] = scales(times, ticks);
  const layers = stack<Instant, number>()
    .keys(series.map((_, index) => index))
    .value(({ values }, index) => values[index] ?? 0)(known);
  const shape = area<SeriesPoint<Instant>>()
    .x(({ data }) => x(data.time))
    .y0(([low]) => y(low))
    .y1(([, high]) => y(high));
  // A single point has no area.
  const bars = known.length === 1;
  return {
    ticks,
    shapes: layers.map((layer, index) => {
      const [only] = layer;
      const color = series[index]?.color ?? 0;
      return bars && only !== undefined ? (
        <rect
          class={`area series-${color}`}
          x={round(x(only.data.time) - 6)}
          width="12"
          y={round(y(only[1]))}
          height={round(y(only[0]) - y(only[1]))}
        />
      ) : (
        <path class={`area series-${color}`} d={shape(layer) ?? ''} />
      );
    }),
  };
}

function scales(times: readonly number[], ticks: readonly number[]) {
  const x = scaleUtc([times[0] ?? 0, times.at(-1) ?? 1], [margin.left, width - margin.right]);
  const y = scaleLinear([0, ticks.at(-1) ?? 1], [height - margin.bottom, margin.top]);
  return [x, y] as const;
}

function Axes({
  times,
  ticks,
  unit,
}: {
  readonly times: readonly number[];
  readonly ticks: readonly number[];
  readonly unit: Unit;
}) {
  const [x, y] = scales(times, ticks);
  const isLong = (times.at(-1) ?? 0) - (times[0] ?? 0) > 2 * 24 * 3_600_000;
  return (
    <g class="axes" aria-hidden="true">
      {ticks.map((tick) => (
        <>
          <line x1={margin.left} x2={width - margin.right} y1={round(y(tick))} y2={round(y(tick))} />
          <text x={margin.left - 6} y={round(y(tick))} dy="0.32em" text-anchor="end">
            {unit.text(tick).replace('.0 ', ' ')}
          </text>
        </>
      ))}
      {x.ticks(5).map((tick, at) => (
        <text
          x={round(x(tick))}
          y={height - 6}
          text-anchor="middle"
          class={at % 2 === 0 ? undefined : 'minor'}
        >
          {isLong ? timeText(tick).slice(5, 10) : timeText(tick).slice(11)}
        </text>
      ))}
    </g>
  );
}

/** The values as text, the newest first. */
function Values({ id, title, times, series, unit }: Omit<ChartProps, 'kind' | 'summary'>) {
  const rows = times
    .map((time, at) => ({ time, values: series.map(({ values }) => values[at]) }))
    .filter(({ values }) => values.some((value) => value !== undefined))
    .reverse();
  return (
    <details>
      <summary>Values</summary>
      <Table
        id={`${id}-values`}
        caption={`${title}, values`}
        columns={[{ name: 'Time' }, ...series.map(({ name }) => ({ name, isNumber: true }))]}
        rows={rows.map(({ time, values }) => [timeText(time), ...values.map(unit.text)])}
      />
    </details>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
