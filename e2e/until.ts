import { setTimeout as sleep } from 'node:timers/promises';

/** How long to wait for what must come, in seconds: a slow machine is no fault of what is tested. */
export const patience = 240;

/** Waits for something to hold; false where it does not within our patience. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + patience * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
