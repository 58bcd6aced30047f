import { printableOutput, Redactor } from '@millwright/toolkit';
import { composeError } from '../../errors.js';
import { explainCompose } from '../../compose-cli/explain-compose.js';
import { parseConfig, type StackModel } from '../../compose-cli/model.js';
import { secretsOf } from '../../compose-cli/redact.js';
import { warningsIn } from '../../compose-cli/warnings.js';
import { type Session, warn } from '../../session/session.js';
import { maskConfig } from './mask-config.js';

/** Prints the stack as Compose resolves it, with possible secrets masked. Requires no running engine. */
export async function config(session: Session): Promise<boolean> {
  const { compose, options, engine, workspaceRoot, variables } = session;
  const result = await compose.run(['config', '--format', 'json', ...options.args]);
  if (result.exitCode !== 0) {
    await engine.requireCompose();
    throw explainCompose(session.redactor.clean(result.stderr), compose.subject.files, workspaceRoot);
  }
  const model = modelIn(result.stdout);
  const redactor = new Redactor(secretsOf(parseConfig(result.stdout) as StackModel, ...variables));
  warn(warningsIn(result.stderr), redactor);
  const { stringify } = await import('yaml');
  const text = stringify(maskConfig(model), { lineWidth: 0 }).trimEnd();
  console.log(printableOutput(redactor.clean(text)));
  return true;
}

function modelIn(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw composeError('STACK_FAILED', {
      what: 'docker compose config did not print JSON',
      why: String(cause),
      cause,
    });
  }
}
