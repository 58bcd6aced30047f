import type { RunningStack } from '../lifecycle/start.js';
import { addressesOf, addressLines, addressText } from './addresses.js';

/** Announces that the stack is ready, to the user and to tasks that wait for it. */
export async function announce(running: RunningStack): Promise<void> {
  const { print, stack } = running.session;
  const addresses = await addressesOf(running);
  print(`\n${stack} is ready`);
  for (const line of addressLines(addresses)) print(line);
  print('Ctrl-C takes it down\n');
  const { emitReadySignal } = await import('@nx/devkit');
  const first = addresses.find(({ protocol }) => protocol === 'tcp');
  emitReadySignal(first === undefined ? undefined : `http://${addressText(first)}/`);
}
