import type { ExecutorContext } from '@nx/devkit';
import { argumentsFor, isVerbose, ownOptions, parseTaskOptions, printError } from '@millwright/toolkit';
import { Stopped } from '../../session/failures.js';
import { schema, type StackOptions } from '../../session/options.js';
import { type Session, sessionOf } from '../../session/session.js';

/** Each command is loaded on demand: `ps` needs only a small part of what `watch` needs. */
const commands: Readonly<
  Record<StackOptions['command'], (session: Session, context: ExecutorContext) => Promise<boolean>>
> = {
  up: async (session, context) => (await import('../up/executor.js')).up(session, context),
  watch: async (session, context) => (await import('../watch/executor.js')).watch(session, context),
  e2e: async (session, context) => (await import('../e2e/executor.js')).e2e(session, context),
  check: async (session, context) => (await import('../check/executor.js')).check(session, context),
  down: async (session) => (await import('../down/executor.js')).down(session),
  ps: async (session) => (await import('../ps/executor.js')).ps(session),
  logs: async (session) => (await import('../logs/executor.js')).logs(session),
  config: async (session) => (await import('../config/executor.js')).config(session),
};

/** Runs a command on the stack of the project. */
export default async function dockerMountCompose(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const parsed = parsedOptions(options, context);
    return { success: await commands[parsed.command](await sessionOf(parsed, context), context) };
  } catch (error) {
    if (error instanceof Stopped) return { success: false };
    printError(error, isVerbose());
    return { success: false };
  }
}

/** The commands that pass arguments other than our options to Compose. */
const passing = new Set<unknown>(['ps', 'logs', 'config'] satisfies StackOptions['command'][]);

function parsedOptions(options: unknown, context: ExecutorContext): StackOptions {
  const names = Object.keys(schema.shape);
  const isPassing = passing.has((options as { command?: unknown }).command);
  const own = isPassing ? ownOptions(options, names, context, process.env) : options;
  const parsed = parseTaskOptions(schema, own, '@millwright/compose:docker-mount-compose', context);
  if (!isPassing) return parsed;
  const { __unparsed__: unparsed = [] } = options as { __unparsed__?: readonly string[] };
  return { ...parsed, args: [...parsed.args, ...argumentsFor(unparsed, names, process.env)] };
}
