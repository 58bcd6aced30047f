import { PushKiller } from '../../e2e/push-kills.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { randomOf } from '../testing/random.ts';

/** Kills `oci-push` at random moments. */
export default function ociPushKills(): Campaign {
  let killer: PushKiller | undefined;
  return {
    purpose:
      'After kills -9 of `oci-push` at three random moments, its tag does not name an incomplete image. The next push ' +
      'sends only the blobs that did not arrive, and `oci-verify` finds every digest right. The registry is the ' +
      'docker-registry of Debian.',
    cases: 100,
    run: (index) => {
      killer ??= new PushKiller();
      const moments = ['first', 'second', 'third'].map((kill) => randomOf(index, kill));
      return killer.run(`case-${index}`, moments);
    },
    describe: describeKills,
    close: () => killer?.close(),
  };
}

/** Returns a table of the cases by the number of blobs that had arrived. */
function describeKills(results: readonly CaseResult[]): string {
  const arrived = Map.groupBy(results, ({ detail }) => /(\d+) of \d+ blobs/.exec(detail)?.[1] ?? 'failed');
  const kills = results.map(({ detail }) => Number(/^(\d+) kills/.exec(detail)?.[1] ?? 0));
  const rows = [...arrived].sort().map(([blobs, cases]) => `| ${blobs} | ${cases.length} |`);
  return [
    `${kills.reduce((sum, one) => sum + one, 0)} pushes were killed; the others ended before their moment.`,
    '',
    '| blobs that arrived before the last push, of 5 | cases |',
    '| --- | --- |',
    ...rows,
  ].join('\n');
}
