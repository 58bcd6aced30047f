import type { ExecutorContext } from '@nx/devkit';
import { formatError, parseOptions } from '@millwright/toolkit';
import { errorsIn, Stopped } from './failures.js';
import { schema, type StackOptions } from './schema.js';
import { open, type Session, sessionOf } from './session.js';

const commands: Readonly<
  Record<StackOptions['command'], (session: Session, context: ExecutorContext) => Promise<boolean>>
> = {
  up: async (session, context) => (await import('./up.js')).up(session, context),
  watch: async (session, context) => (await import('./watch/watch.js')).watch(session, context),
  e2e: async (session, context) => (await import('./e2e.js')).e2e(session, context),
  check: async (session, context) => {
    const opened = await open(session);
    await (await import('./build.js')).buildFirst(opened, context);
    await (await import('./start.js')).check(opened);
    return true;
  },
  down: async (session) => (await import('./pass-through.js')).down(session),
  ps: async (session) => (await import('./pass-through.js')).show(session, 'ps'),
  logs: async (session) => (await import('./pass-through.js')).show(session, 'logs'),
  config: async (session) => (await import('./pass-through.js')).config(session),
};

/** Does one of the commands with the stack of the project. */
export default async function dockerMountCompose(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const parsed = parseOptions(schema, options, '@millwright/compose:docker-mount-compose');
    return { success: await commands[parsed.command](sessionOf(parsed, context), context) };
  } catch (error) {
    if (error instanceof Stopped) return { success: false };
    const verbose = process.argv.includes('--verbose') || context.isVerbose;
    for (const one of errorsIn(error)) console.error(formatError(one, verbose));
    return { success: false };
  }
}
