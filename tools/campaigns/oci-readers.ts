import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { type ReaderCase, Readers } from '../readers/readers.ts';

/** Lets engines, registries and tools read images. */
export default function ociReaders(): Campaign {
  const readers = new Readers();
  const cases = (['referrers', 'inline'] as const).flatMap((kind) => readers.cases(kind));
  return {
    purpose:
      'Engines, registries and tools of others read our images, with attestations as referrers and in the index: the ' +
      'program answers a request as its user, and each tool finds the configurations and layers of both platforms. ' +
      'Docker with the containerd store is at MILLWRIGHT_CONTAINERD_DOCKER_HOST. Tools of go-containerregistry are ' +
      'built from its module.',
    cases: cases.length,
    run: async (index) => {
      const { what, run } = cases[index] ?? { what: '', run: () => '' };
      return `${what}: ${await run()}`;
    },
    describe: (results) => describe(cases, results),
    close: () => {
      readers.close();
    },
  };
}

function describe(cases: readonly ReaderCase[], results: readonly CaseResult[]): string {
  const rows = results.map(({ index, passed, detail }) => {
    const what = cases[index]?.what ?? '';
    return `| ${what} | ${passed ? detail.slice(what.length + 2) : 'failed'} |`;
  });
  return ['| reader | result |', '| --- | --- |', ...rows].join('\n');
}
