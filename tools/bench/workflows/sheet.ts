/** The table of the benchmark of workflows. */
import type { Absent } from '../contenders.ts';
import { notRun, type Sheet, shownRatio } from '../report.ts';
import { median, pairwise } from '../statistics.ts';
import { operations } from './clients.ts';
import { peerName, type WorkflowSeries } from './measure.ts';

export function isWorkflow(one: WorkflowSeries | Absent): one is WorkflowSeries {
  return 'milliseconds' in one;
}

export function workflowsSheet(series: readonly (WorkflowSeries | Absent)[]): Sheet {
  const floor = series.filter(isWorkflow).find(({ name }) => name === peerName);
  const head = ['milliseconds and kilobytes per call (ratio to the first)', ...operations];
  const shown = (values: readonly number[], least: readonly number[] = [], unit: string) =>
    `${median(values).toFixed(2)} ${unit} (${shownRatio(pairwise(values, least, (one, other) => one / other))})`;
  return {
    title: 'Calls to a simulated Windmill server',
    head,
    rows: series.map((one) =>
      isWorkflow(one)
        ? [
            one.name,
            ...operations.map((operation) =>
              [
                shown(one.milliseconds[operation], floor?.milliseconds[operation], 'ms'),
                shown(one.kilobytes[operation], floor?.kilobytes[operation], 'kB'),
              ].join(', '),
            ),
          ]
        : notRun(one, head.length),
    ),
    notes: [
      'tinybench repeats each call for a second. Kilobytes are what a call allocates in the process of the client.',
      '`@millwright/windmill` checks scripts and flows before it sends them; `windmill-client` does not.',
    ],
  };
}
