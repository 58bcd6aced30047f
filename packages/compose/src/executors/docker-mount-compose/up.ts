import type { ExecutorContext } from '@nx/devkit';
import { follow } from './follow.js';
import { LogFollower } from './logs.js';
import type { PortPlan } from './ports.js';
import { open, type Session } from './session.js';
import { type RunningStack, startStack } from './start.js';

/** Starts a stack, says where it is to be reached, and keeps it until a signal comes or a service ends. */
export async function up(session: Session, context: ExecutorContext): Promise<boolean> {
  const running = await startStack(await open(session), context);
  try {
    await announce(running);
    await follow(running, new LogFollower(running));
    return true;
  } finally {
    await running.takeDown();
  }
}

/** Says that the stack is ready, to people and to the tasks that wait for it. */
export async function announce({ session, ports }: RunningStack): Promise<void> {
  const { say, stack } = session;
  say(`\n${stack} is ready`);
  for (const line of portLines(ports)) say(line);
  say('Ctrl-C takes it down\n');
  const { emitReadySignal } = await import('@nx/devkit');
  const [first] = ports;
  emitReadySignal(first === undefined ? undefined : `http://${addressOf(first)}/`);
}

export function addressOf({ port, published }: PortPlan): string {
  const anywhere = port.host_ip === undefined || port.host_ip === '0.0.0.0' || port.host_ip === '::';
  return `${anywhere ? '127.0.0.1' : port.host_ip}:${published}`;
}

/** Where each published port is, and why it moved where it did. */
export function portLines(ports: readonly PortPlan[]): string[] {
  const width = Math.max(...ports.map(({ service }) => service.length), 0);
  return ports.map((plan) => {
    const reason = plan.reason === undefined ? '' : ` (${plan.reason})`;
    return `  ${plan.service.padEnd(width)}  ${addressOf(plan)} → ${plan.port.target}${reason}`;
  });
}
