import { StandIn } from '../../packages/windmill/dist/supervision/compiled-stand-in.spec.helper.js';
import { runRound, scenarios } from '../../packages/windmill/dist/supervision/rounds.spec.helper.js';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { randomOf } from '../testing/random.ts';

/** Milliseconds before what happens to the server, at most. */
const longestPause = 1_500;

/** Starts, drains, crashes and kills a stand-in for Windmill under supervision. */
export default function windmillSupervision(): Campaign {
  let standIn: StandIn | undefined;
  return {
    purpose:
      'No process of a supervised server and none of its jobs is left after it is stopped, crashes, cannot start, or the ' +
      'process of its engine is killed at a random moment; and no log line contains a secret.',
    cases: 200,
    run: (index) => {
      standIn ??= new StandIn();
      return runRound(standIn, index, randomOf(index, 'pause') * longestPause);
    },
    describe: describeRounds,
    close: () => {
      standIn?.[Symbol.dispose]();
    },
  };
}

/** Returns a table of the rounds by scenario. */
function describeRounds(results: readonly CaseResult[]): string {
  const rows = scenarios.map((scenario, index) => {
    const rounds = results.filter((result) => result.index % scenarios.length === index);
    const failed = rounds.filter(({ passed }) => !passed).length;
    const longest = Math.max(...rounds.map(({ seconds }) => seconds));
    return `| ${scenario} | ${rounds.length} | ${failed} | ${longest.toFixed(1)} |`;
  });
  return [
    'The server is a stand-in that behaves as Windmill does at its borders: environment, port, log, signals, and jobs in process',
    'groups of their own.',
    '',
    '| scenario | rounds | failed | longest round in seconds |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
