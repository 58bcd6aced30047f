import { setTimeout as sleep } from 'node:timers/promises';

/** The timeout in seconds, long enough for slow machines. */
export const patience = 240;

/** Waits until a condition holds. Returns false after the timeout. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + patience * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
