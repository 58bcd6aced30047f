import { expect, it } from 'vitest';
import { networkInUse } from './take-down-stack.js';

const refusal =
  'Network web_default  Error\nfailed to remove network web_default: Error response from daemon: error while removing network: network web_default id de50976c has active endpoints';

it('names the network that is still in use, and how to find out by what', () => {
  expect(networkInUse(refusal, 'docker')).toMatch(/^docker network inspect web_default lists the containers/);
});

it('has no remedy of its own for another failure', () => {
  expect(networkInUse('Error response from daemon: permission denied', 'docker')).toBeUndefined();
});
