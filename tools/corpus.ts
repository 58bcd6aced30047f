/**
 * Tests the plugins against published packages: `npm run corpus [-- --small] [-- --only=<name>]`. Crates
 * and Go modules are placed side by side in one repository. The output of cargo, rustc and go for each is
 * compared with the projects, edges and inputs that the plugins infer. Then layouts that published packages
 * lack are generated around some of them. An interrupted run is resumed. A full run writes docs/corpus.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCorpus, smallCorpus } from './corpus/packages.ts';
import { report } from './corpus/report.ts';
import { faultCount } from './corpus/compare.ts';
import { tryCorpus, tryLayouts } from './corpus/run.ts';
import { machine } from './campaign/machine.ts';

const root = join(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const everything = readCorpus();
const corpus = values.small ? smallCorpus(everything) : everything;
const only = values.only;
const options = {
  isWanted: (name: string) => only?.includes(name) ?? true,
  say: (line: string) => {
    console.log(line);
  },
};
const folder = join(root, 'scratch/corpus');
const results = [...tryCorpus(folder, corpus, options), ...tryLayouts(folder, corpus, options)];
if (!values.small && only === undefined) {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(join(root, 'docs/corpus.md'), report(results, date, machine()));
}
process.exitCode = results.every(({ faults }) => faultCount(faults) === 0) ? 0 : 1;
