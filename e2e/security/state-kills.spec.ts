import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateKill } from './state-kill.ts';
import { StateKiller } from './state-kills.ts';

/** The long form is the campaign state-kills. */
describe('kill -9 at a random moment leaves a state that the next run repairs', () => {
  let killer: StateKiller;
  beforeAll(() => {
    killer = new StateKiller();
  });
  afterAll(() => {
    killer.close();
  });

  // Each action, and some with each victim.
  const cases = [1, 4, 6, 14, 23, 29].map((index) => ({ index, ...stateKill(index) }));
  it.each(cases)('$action: $victim, at $moment of its duration', async ({ index, ...one }) => {
    expect(await killer.run(one, index)).toContain('next run right');
  });
});
