import type { ExecutorContext } from '@nx/devkit';
import { MillwrightError } from '@millwright/toolkit';
import { servicesOf } from '../../engine/model.js';
import { type Address, addressesOf, addressLines, addressText } from './addresses.js';
import { buildFirst } from './build.js';
import { runNx } from './nx.js';
import { open, type Session, unknownService } from './session.js';
import { type RunningStack, startStack } from './start.js';
import { Observer, showLastLines } from './wait.js';

/** Starts the stack, runs the test against it, and takes it down; the test's exit code decides. */
export async function e2e(session: Session, context: ExecutorContext): Promise<boolean> {
  const { e2e: test } = session.options;
  if (test === undefined) {
    throw new MillwrightError('OPTION_INVALID', {
      what: `${session.stack} has nothing to run as its end-to-end test`,
      why: 'the option e2e is not set',
      remedy: 'Set e2e to { "service": "<name>" } or { "target": "<project>:<target>" }.',
    });
  }
  const opened = await open(session);
  const known = servicesOf(opened.wholeModel).map(([name]) => name);
  if ('service' in test && !known.includes(test.service))
    throw unknownService(test.service, known, session.stack);
  await buildFirst(opened, context);
  const running = await startStack(opened);
  try {
    const addresses = await addressesOf(running);
    for (const line of addressLines(addresses)) opened.say(line);
    const subject = 'service' in test ? `the service ${test.service}` : test.target;
    opened.say(`${session.stack}: running ${subject}`);
    const exitCode =
      'service' in test
        ? await runService(running, test.service)
        : await runTarget(running, addresses, test.target, context);
    if (running.signal.aborted) return false;
    if (exitCode === 0) return true;
    await showServices(running);
    throw new MillwrightError('STACK_TEST_FAILED', {
      what: `${subject} failed against ${session.stack}`,
      why: exitCode === undefined ? 'it was ended by a signal' : `its exit code is ${exitCode}`,
    });
  } finally {
    await running.takeDown();
  }
}

async function runService(
  { session, compose, signal }: RunningStack,
  service: string,
): Promise<number | undefined> {
  const { say } = session;
  const { exitCode } = await compose.run(['run', '--rm', '--no-deps', '--no-TTY', '--quiet-pull', service], {
    onStdout: say,
    onStderr: (line) => {
      // Compose's own progress: containers that it looks at and makes.
      if (!/^\s*(Container|Network|Volume) \S+\s+(Running|Creating|Created)/.test(line)) say(line);
    },
    signal,
  });
  return exitCode;
}

/** The target learns of the published ports by variables. */
async function runTarget(
  { session, signal }: RunningStack,
  addresses: readonly Address[],
  target: string,
  context: ExecutorContext,
): Promise<number | undefined> {
  return runNx(['run', target], context.root, {
    env: addressVariables(addresses),
    onLine: session.say,
    signal,
  });
}

/** STACK_<SERVICE>_<PORT in the container>, with _UDP behind it where it is one; of several containers the first one's. */
export function addressVariables(addresses: readonly Address[]): Record<string, string> {
  const variables = addresses.map((address) => {
    const service = address.service.toUpperCase().replace(/[^A-Z0-9]/g, '_');
    const protocol = address.protocol === 'tcp' ? '' : `_${address.protocol.toUpperCase()}`;
    return [`STACK_${service}_${address.target}${protocol}`, addressText(address)] as const;
  });
  return Object.fromEntries(variables.reverse());
}

async function showServices({ session }: RunningStack): Promise<void> {
  for (const state of await new Observer(session).look()) await showLastLines(session, state);
  session.say('');
}
