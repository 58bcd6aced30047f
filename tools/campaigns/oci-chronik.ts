import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { ChronikImage } from '../upstream/chronik-image.ts';

/**
 * Builds an image of Chronik's server. Set MILLWRIGHT_UPSTREAM to a folder that contains a git checkout of Chronik,
 * `chronik-2.10.4`, and the binary, `prebuilt/linux/amd64/chronik-server`. Requires GNU time.
 */
export default function ociChronik(): Campaign {
  const chronik = new ChronikImage();
  return {
    purpose:
      "An image of Chronik's server is built from a prebuilt binary with less processor time than the 30 s that upstream " +
      'promises for such an image, and with less memory: in clones of its repository, with the settings of its Dockerfile, based on debian:bookworm-slim. The image is the ' +
      'same in every clone, and answers a request.',
    cases: chronik.cases.length,
    run: async (index) => (await chronik.cases[index]?.run()) ?? '',
    describe: (results) => describe(chronik, results),
    close: () => {
      chronik.close();
    },
  };
}

function describe({ cases }: ChronikImage, results: readonly CaseResult[]): string {
  const rows = results.map(
    ({ index, passed, detail }) => `| ${cases[index]?.name ?? ''} | ${passed ? '' : 'failed: '}${detail} |`,
  );
  return ['| case | result |', '| --- | --- |', ...rows].join('\n');
}
