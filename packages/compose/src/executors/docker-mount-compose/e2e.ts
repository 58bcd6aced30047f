import type { ExecutorContext } from '@nx/devkit';
import { MillwrightError } from '@millwright/toolkit';
import { servicesOf } from '../../engine/model.js';
import { runNx } from './nx.js';
import { open, type Session, unknownService } from './session.js';
import { type RunningStack, startStack } from './start.js';
import { addressOf, portLines } from './up.js';
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
  const running = await startStack(opened, context);
  try {
    for (const line of portLines(running.ports)) opened.say(line);
    const subject = 'service' in test ? `the service ${test.service}` : test.target;
    opened.say(`${session.stack}: running ${subject}`);
    const exitCode =
      'service' in test
        ? await runService(running, test.service)
        : await runTarget(running, test.target, context);
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

/** The target learns of the published ports by variables: STACK_<SERVICE>_<PORT in the container>. */
async function runTarget(
  { session, ports, signal }: RunningStack,
  target: string,
  context: ExecutorContext,
): Promise<number | undefined> {
  const variables = ports.map((plan) => [
    `STACK_${plan.service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_${plan.port.target}`,
    addressOf(plan),
  ]);
  return runNx(['run', target], context.root, {
    env: Object.fromEntries(variables) as Record<string, string>,
    onLine: session.say,
    signal,
  });
}

async function showServices({ session }: RunningStack): Promise<void> {
  for (const state of await new Observer(session).look()) await showLastLines(session, state);
  session.say('');
}
