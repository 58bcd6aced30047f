import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkStates, checkSubmits } from '../../packages/windmill/dist/engine/properties.spec.helper.js';
import type { Campaign } from '../campaign/campaign.ts';

/** The orders of one case, and its cases in a full run. */
const orders = 100;
const slices = 100;
/** The submits of one case over connections that break, and its cases in a full run. */
const submits = 500;
const cuts = 10;
/** Submissions at once, the executions that may be in progress, and the memory for it in megabytes. */
const crowd = 1_000;
const limit = 100;
const memory = 150;

/** Runs executions of the simulated server in random orders of what can happen to them, and over connections that break. */
export default function windmillExecutions(): Campaign {
  return {
    purpose:
      `No order of submit, cancel, crash, retry and resume shows a state of an execution that cannot follow the one before ` +
      `(${(orders * slices).toLocaleString('en')} orders), and while two in five connections break, of ${submits} submits ` +
      `none is lost and none runs twice (${cuts} times). Of ${crowd} submissions at once never more than ${limit} are in ` +
      `progress, in a process of less than ${memory} MB.`,
    cases: cuts + slices + 1,
    run: async (index) => {
      if (index < cuts) {
        await checkSubmits(index, submits);
        return `${submits} submits, seed ${index}: none lost, none doubled`;
      }
      if (index === cuts + slices) {
        const megabytes = await crowdMemory();
        if (megabytes >= memory) throw new Error(`${megabytes.toFixed(0)} MB`);
        return `${crowd} submissions, ${limit} in progress, ${megabytes.toFixed(0)} MB`;
      }
      await checkStates(index, orders);
      return `${orders} orders, seed ${index}`;
    },
    describe: (results) => results.find(({ index }) => index === cuts + slices)?.detail ?? '',
  };
}

/** Runs the submissions in a process of their own, and returns its peak memory in megabytes. */
async function crowdMemory(): Promise<number> {
  const helper = new URL('../../packages/windmill/dist/engine/properties.spec.helper.js', import.meta.url);
  const program = `import { checkLimit } from ${JSON.stringify(helper)}; console.log(await checkLimit(${crowd}, ${limit}))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return Number(stdout);
}
