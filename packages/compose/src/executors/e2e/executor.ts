import type { ExecutorContext } from '@nx/devkit';
import { composeError } from '../../errors.js';
import { dependenciesOf, servicesOf } from '../../compose-cli/model.js';
import { type Address, addressesOf, addressLines, addressText } from '../../following/addresses.js';
import { buildFirst } from '../../lifecycle/build.js';
import { Stopped } from '../../session/failures.js';
import type { EndToEnd } from '../../manifests/mounts.js';
import { runNx } from '../../lifecycle/nx.js';
import { withRun } from '../../lifecycle/run.js';
import { unknownService } from '../../session/bindings.js';
import { open, type Session } from '../../session/session.js';
import { type RunningStack, startStack } from '../../lifecycle/start.js';
import { Observer, showLastLines } from '../../readiness/wait.js';

/**
 * Starts the stack, runs the test against it, and takes the stack down. Succeeds if the test exits with 0.
 */
export async function e2e(session: Session, context: ExecutorContext): Promise<boolean> {
  const { e2e: test } = session.options;
  if (test === undefined) {
    throw composeError('OPTION_INVALID', {
      what: `${session.stack} has no end-to-end test`,
      why: 'the option e2e is not set',
      remedy: 'set e2e to { "service": "<name>" } or { "target": "<project>:<target>" }',
    });
  }
  return withRun(session, async (run) => {
    const opened = await open(session);
    const known = servicesOf(opened.wholeModel).map(([name]) => name);
    if ('service' in test && !known.includes(test.service))
      throw unknownService(test.service, known, session.stack);
    await buildFirst(opened, context, run.signal);
    const running = await startStack(opened, run);
    await runTest(running, test, context);
    return true;
  });
}

/** @throws MillwrightError STACK_TEST_FAILED, Stopped */
async function runTest(running: RunningStack, test: EndToEnd, context: ExecutorContext): Promise<void> {
  const { print, stack } = running.session;
  const addresses = await addressesOf(running);
  for (const line of addressLines(addresses)) print(line);
  const subject = 'service' in test ? `the service ${test.service}` : test.target;
  print(`${stack}: running ${subject}`);
  const exitCode =
    'service' in test
      ? await runService(running, test.service)
      : await runTarget(running, addresses, test.target, context);
  if (running.signal.aborted) throw new Stopped();
  if (exitCode === 0) return;
  await showServices(running);
  throw composeError('STACK_TEST_FAILED', {
    what: `end-to-end test of ${stack} failed: ${subject}`,
    why:
      exitCode === undefined
        ? 'the test was terminated by a signal'
        : `the test ended with exit code ${exitCode}`,
  });
}

async function runService(
  { session, compose, signal }: RunningStack,
  service: string,
): Promise<number | undefined> {
  const { print, model, wholeModel } = session;
  // Starting the dependencies again would rerun one-shot services, so it is done only if one of them is not
  // running.
  const runs = dependenciesOf(wholeModel, service).every((name) => model.services?.[name] !== undefined);
  const args = ['run', '--rm', ...(runs ? ['--no-deps'] : []), '--no-TTY', '--quiet-pull', service];
  const { exitCode } = await compose.run(args, {
    onStdout: print,
    onStderr: (line) => {
      if (!isProgress(line)) print(line);
    },
    signal,
  });
  return exitCode;
}

/** Matches Compose's progress lines about containers, networks and volumes. */
function isProgress(line: string): boolean {
  return /^\s*(Container|Network|Volume) \S+\s+(Running|Creat|Start|Wait|Healthy|Exited)/.test(line);
}

/** Runs a target, which gets the published ports in environment variables. */
async function runTarget(
  { session, signal }: RunningStack,
  addresses: readonly Address[],
  target: string,
  context: ExecutorContext,
): Promise<number | undefined> {
  return runNx(['run', target], context.root, {
    environment: session.environment,
    env: addressVariables(addresses),
    onLine: session.print,
    signal,
  });
}

/**
 * Returns the variables STACK_<SERVICE>_<CONTAINER PORT>, with the suffix _UDP for UDP. If a service has
 * several containers, the first one is used.
 */
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
  session.print('');
}
