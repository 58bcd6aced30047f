import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from './engine.ts';
import { killCase, Killer } from './kills.ts';

/** The long form is the campaign compose-kills. */
describeWithEngine('kill -9 leaves nothing of a stack behind', () => {
  let killer: Killer;
  beforeAll(() => {
    killer = new Killer();
  });
  afterAll(() => {
    killer.close();
  });

  // Each victim, and each command.
  const cases = [1, 2, 4, 6, 9, 11, 44, 53].map(killCase);
  it.each(cases)('$command: $victim, at $moment of the startup time', async (one) => {
    expect(await killer.run(one)).toContain('nothing left after');
  });
});
