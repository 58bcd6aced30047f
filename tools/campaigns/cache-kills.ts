import { cacheKill, CacheKiller } from '../../e2e/cache/kills.ts';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';

/** Kills a cache server while entries are written. */
export default function cacheKills(): Campaign {
  let killer: CacheKiller | undefined;
  return {
    purpose:
      'After a kill -9 of a cache server with the embedded database, while two or three entries of up to 200 MB are ' +
      'written, it serves every acknowledged entry, and no other bytes than were sent.',
    cases: 200,
    run: (index) => {
      killer ??= new CacheKiller();
      return killer.run(cacheKill(index), index);
    },
    describe: describeKills,
    close: async () => {
      try {
        await killer?.compareAll();
      } finally {
        await killer?.close();
      }
    },
  };
}

/** Returns how many entries were acknowledged, stored without an answer, and not stored. */
function describeKills(results: readonly CaseResult[]): string {
  const counts = results.flatMap(({ detail }) => {
    const [, acknowledged, entries, more, bytes] =
      /^(\d+) of (\d+) entries acknowledged, (\d+) more stored, (\d+) bytes/.exec(detail)?.map(Number) ?? [];
    return acknowledged === undefined ? [] : [{ acknowledged, entries, more, bytes }];
  });
  const sum = (of: (one: (typeof counts)[number]) => number | undefined) =>
    counts.reduce((total, one) => total + (of(one) ?? 0), 0);
  const [all, acknowledged, more] = [
    sum(({ entries }) => entries),
    sum((one) => one.acknowledged),
    sum((one) => one.more),
  ];
  return [
    'An entry is acknowledged if its writer received the answer 200. Entries of earlier cases are compared again: three with',
    'each case, and all at the end of a run.',
    '',
    '| entries | acknowledged | stored, but killed before the answer | not stored | lost or wrong | bytes sent |',
    '| --- | --- | --- | --- | --- | --- |',
    `| ${all} | ${acknowledged} | ${more} | ${all - acknowledged - more} | ${results.filter(({ passed }) => !passed).length} | ${sum(({ bytes }) => bytes)} |`,
  ].join('\n');
}
