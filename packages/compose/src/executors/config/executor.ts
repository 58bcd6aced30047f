import { printableOutput, Redactor, toolkitError } from '@millwright/toolkit';
import { explainCompose } from '../../compose-cli/explain-compose.js';
import { parseConfig, type StackModel } from '../../compose-cli/model.js';
import { secretsOf } from '../../compose-cli/redact.js';
import { warningsIn } from '../../compose-cli/warnings.js';
import { type Session, warn } from '../../session/session.js';
import { maskConfig } from './mask-config.js';

/** Prints the stack as Compose resolves it, with possible secrets masked. Requires no running engine. */
export async function config(session: Session): Promise<boolean> {
  const { options } = session;
  rejectEnvironment(options.args);
  const whole = await runConfig(session, []);
  const requested = options.args.length === 0 ? whole : await runConfig(session, options.args);
  const redactor = new Redactor(secretsOf(parseConfig(whole.stdout) as StackModel, ...session.variables));
  warn(warningsIn(requested.stderr), redactor);
  const model = modelIn(requested.stdout);
  const { stringify } = await import('yaml');
  // With `--services` and similar options, Compose prints a list.
  const text = model === undefined ? requested.stdout : stringify(maskConfig(model), { lineWidth: 0 });
  console.log(printableOutput(redactor.clean(text.trimEnd())));
  return true;
}

async function runConfig({ compose, engine, redactor, workspaceRoot }: Session, args: readonly string[]) {
  const result = await compose.run(['config', '--format', 'json', ...args]);
  if (result.exitCode === 0) return result;
  await engine.requireCompose();
  throw explainCompose(redactor.clean(result.stderr), compose.subject.files, workspaceRoot);
}

/** Rejects `--environment`, which would print all variables of the shell, including secrets that cannot be recognized. */
function rejectEnvironment(args: readonly string[]): void {
  if (!args.some((arg) => arg.startsWith('--env'))) return;
  throw toolkitError('OPTION_INVALID', {
    what: 'the target `config` does not support --environment',
    why: '--environment would print the values of all variables, including secrets',
    remedy: 'run docker compose config --environment directly',
  });
}

function modelIn(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
