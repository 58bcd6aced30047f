import { join } from 'node:path';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { compareCrate } from '../sbom/crate.ts';
import { compareModule } from '../sbom/module.ts';
import { crates, modules } from '../sbom/subjects.ts';

const folder = join(import.meta.dirname, '../../.nx/campaigns/sbom');

const cases = [
  ...crates.flatMap((crate) =>
    crate.featureSets.map((features) => ({
      name: `${crate.name} ${crate.version}`,
      features: features.join(' ') || 'default',
      run: async () => {
        const { packages, onlyAuditable } = await compareCrate(folder, crate, features);
        return `${packages} packages, as \`cargo tree\`; cargo-auditable lists ${onlyAuditable} more`;
      },
    })),
  ),
  ...modules.map((module) => ({
    name: `${module.name} ${module.version}, ${module.program}`,
    features: '',
    run: async () => `${await compareModule(folder, module)} components, as cyclonedx-gomod`,
  })),
];

/** Compares SBOMs of crates and modules of the corpus with cargo, cargo-auditable and cyclonedx-gomod. */
export default function sbom(): Campaign {
  return {
    purpose:
      'The SBOM of each crate has the packages that `cargo tree` names for the target and the features, and no other; all of them ' +
      'are in the list of cargo-auditable. The SBOM of each Go program has the components that cyclonedx-gomod names. Each ' +
      'document is valid against the schemas of CycloneDX 1.6 and 1.7.',
    cases: cases.length,
    run: async (index) => (await cases[index]?.run()) ?? '',
    describe,
  };
}

/** Returns a table of the cases. */
function describe(results: readonly CaseResult[]): string {
  const rows = results.map(({ index, passed, detail }) => {
    const { name = '', features = '' } = cases[index] ?? {};
    const text = detail.replaceAll('\n', ' ').replaceAll('|', '\\|');
    return `| ${name} | ${features} | ${passed ? '' : 'differs: '}${text} |`;
  });
  return ['| package | features | result |', '| --- | --- | --- |', ...rows].join('\n');
}
