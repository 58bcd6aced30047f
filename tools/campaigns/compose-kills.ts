import { killCase, Killer } from '../../e2e/compose/kills.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';

/** Kills processes of a stack at random moments of `up`, `watch` and `e2e`. */
export default function composeKills(): Campaign {
  let killer: Killer | undefined;
  return {
    purpose:
      'No container of a stack is left 15 seconds after a kill -9 at a random moment of `up`, `watch` or `e2e`. Killed are ' +
      "Nx, its executor, both, all of its processes, its plugin workers, the stack's reapers, or one reaper together with " +
      'the executor or with Nx and the executor.',
    cases: 100,
    run: (index) => {
      killer ??= new Killer();
      return killer.run(killCase(index));
    },
    describe: describeKills,
    close: () => {
      killer?.close();
    },
  };
}

/** Returns a table of the cases by command and victim, and how long the removal of the stacks took. */
function describeKills(results: readonly CaseResult[]): string {
  const kinds = Map.groupBy(results, ({ index }) => {
    const { command, victim } = killCase(index);
    return `\`${command}\` | ${victim}`;
  });
  const rows = [...kinds].sort().map(([kind, cases]) => {
    const seconds = cases
      .map(({ detail }) => Number(/nothing left after ([\d.]+) s/.exec(detail)?.[1]))
      .filter((one) => !Number.isNaN(one));
    const failed = cases.filter(({ passed }) => !passed).length;
    return `| ${kind} | ${cases.length} | ${failed} | ${Math.max(...seconds).toFixed(1)} |`;
  });
  return [
    'The run replaces killed reapers, and continues without its plugin workers. In these cases, Nx is killed three seconds',
    'later. The time is measured from the last kill.',
    '',
    '| command | killed | cases | failed | longest time until nothing was left, in seconds |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
