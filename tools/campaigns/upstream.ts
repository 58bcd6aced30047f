import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { cases } from '../upstream/cases.ts';

/**
 * Vendors and builds Windmill and Chronik with the generator `vendor`. They are not part of this repository: set
 * MILLWRIGHT_UPSTREAM to a folder that contains git checkouts with their tags, named `windmill-1.533.1`,
 * `windmill-1.713.1` and `chronik-2.10.4`. The workspaces that are built in are kept in its subfolder `workspaces`.
 */
export default function upstream(): Campaign {
  return {
    purpose:
      'The generator `vendor` sets up Windmill and Chronik without further configuration. They build; an edit builds only ' +
      'what it affects, a second clone restores the result, and the stack `windmill-simple` runs it.',
    cases: cases.length,
    run: async (index) => (await cases[index]?.run()) ?? '',
    describe,
  };
}

/** Returns a table of the cases. */
function describe(results: readonly CaseResult[]): string {
  const rows = results.map(({ index, passed, detail }) => {
    const text = detail.replaceAll('\n', ' ').replaceAll('|', '\\|');
    return `| ${cases[index]?.name ?? ''} | ${passed ? '' : 'failed: '}${text} |`;
  });
  return ['| case | result |', '| --- | --- |', ...rows].join('\n');
}
