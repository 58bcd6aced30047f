import type { ExecutorContext } from '@nx/devkit';
import { addressesOf, addressLines, addressText } from './addresses.js';
import { buildFirst } from './build.js';
import { follow } from './follow.js';
import { LogFollower } from './logs.js';
import { open, type Session } from './session.js';
import { type RunningStack, startStack } from './start.js';

/** Starts a stack, says where it is to be reached, and keeps it until a signal comes or a service ends. */
export async function up(session: Session, context: ExecutorContext): Promise<boolean> {
  const opened = await open(session);
  await buildFirst(opened, context);
  const running = await startStack(opened);
  try {
    await announce(running);
    await follow(running, new LogFollower(running));
    return true;
  } finally {
    await running.takeDown();
  }
}

/** Says that the stack is ready, to people and to the tasks that wait for it. */
export async function announce(running: RunningStack): Promise<void> {
  const { say, stack } = running.session;
  const addresses = await addressesOf(running);
  say(`\n${stack} is ready`);
  for (const line of addressLines(addresses)) say(line);
  say('Ctrl-C takes it down\n');
  const { emitReadySignal } = await import('@nx/devkit');
  const first = addresses.find(({ protocol }) => protocol === 'tcp');
  emitReadySignal(first === undefined ? undefined : `http://${addressText(first)}/`);
}
