import { stateKill } from '../../e2e/security/state-kill.ts';
import { StateKiller } from '../../e2e/security/state-kills.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';

/** Kills at random moments while builds, checks and generators write results and state. */
export default function stateKills(): Campaign {
  let killer: StateKiller | undefined;
  return {
    purpose:
      'After a kill -9 of Nx at a random moment of a build, a restore from the cache, a check or a generator, the next run ' +
      'succeeds. Its results, and those restored from the cache afterwards, are byte for byte those of a clean build.',
    cases: 200,
    run: (index) => {
      killer ??= new StateKiller();
      return killer.run(stateKill(index), index);
    },
    describe: describeKills,
    close: () => {
      killer?.close();
    },
  };
}

/** Returns a table of the cases by action and victim. */
function describeKills(results: readonly CaseResult[]): string {
  const kinds = Map.groupBy(results, ({ index }) => {
    const { action, victim } = stateKill(index);
    return `${action} | ${victim}`;
  });
  const rows = [...kinds].sort().map(([kind, cases]) => {
    const failed = cases.filter(({ passed }) => !passed).length;
    const killed = cases.filter(({ detail }) => detail.includes(' killed after ')).length;
    const left = cases.map(({ detail }) => Number(/(\d+) temporary files/.exec(detail)?.[1] ?? 0));
    return `| ${kind} | ${cases.length} | ${killed} | ${failed} | ${Math.max(...left)} |`;
  });
  return [
    'The number of a case is its seed. If the action ended before the random moment, the case counts as not killed.',
    '',
    '| action | killed | cases | killed in time | failed | most temporary files left by one kill |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
