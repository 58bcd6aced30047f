import { expect, it } from 'vitest';
import { VirtualClock } from './virtual-clock.js';

it('wakes sleepers in the order of their time, and those of one time in the order in which they went to sleep', async () => {
  const clock = new VirtualClock({ start: 0 });
  const woken: string[] = [];
  const sleep = async (name: string, milliseconds: number) => {
    await clock.sleep(milliseconds);
    woken.push(`${name} ${clock.now()}`);
  };
  await Promise.all([
    sleep('a', 30),
    sleep('b', 10),
    sleep('c', 30),
    sleep('no number', NaN),
    sleep('past', -5),
  ]);
  expect(woken).toEqual(['no number 0', 'past 0', 'b 10', 'a 30', 'c 30']);
});

it('forgets a sleeper that is aborted, and passes no time for it', async () => {
  const clock = new VirtualClock({ start: 0, automatic: false });
  const abort = new AbortController();
  const sleeping = clock.sleep(50, abort.signal);
  abort.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await clock.advance(20);
  expect(clock.now()).toBe(20);
});
