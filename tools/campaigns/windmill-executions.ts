import { checkStates, checkSubmits } from '../../packages/windmill/dist/engine/properties.spec.helper.js';
import type { Campaign } from '../campaign/campaign.ts';

/** The orders of one case, and its cases in a full run. */
const orders = 100;
const slices = 100;
/** The submits of one case over connections that break, and its cases in a full run. */
const submits = 500;
const cuts = 10;

/** Runs executions of the simulated server in random orders of what can happen to them, and over connections that break. */
export default function windmillExecutions(): Campaign {
  return {
    purpose:
      `No order of submit, cancel, crash, retry and resume shows a state of an execution that cannot follow the one before ` +
      `(${(orders * slices).toLocaleString('en')} orders), and while two in five connections break, of ${submits} submits ` +
      `none is lost and none runs twice (${cuts} times).`,
    cases: cuts + slices,
    run: async (index) => {
      if (index < cuts) {
        await checkSubmits(index, submits);
        return `${submits} submits, seed ${index}: none lost, none doubled`;
      }
      await checkStates(index, orders);
      return `${orders} orders, seed ${index}`;
    },
  };
}
