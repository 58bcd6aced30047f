import { it } from 'vitest';
import { checkStates, checkSubmits } from './properties.spec.helper.js';

it('no order of submit, cancel, crash, retry and resume shows a state that cannot follow the one before', async () => {
  await checkStates(1, 500);
}, 300_000);

it('no submit is lost and none runs twice while connections break', async () => {
  await checkSubmits(42, 50);
});
