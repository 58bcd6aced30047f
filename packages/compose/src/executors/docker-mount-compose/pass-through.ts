import { stripVTControlCharacters } from 'node:util';
import { MillwrightError } from '@millwright/toolkit';
import { stackContainers } from '../../engine/containers.js';
import { explainCompose } from './explain-compose.js';
import { open, type OpenSession, type Session } from './session.js';

/** `down`, from the containers' labels alone: it works whatever became of the files. */
export async function down({ engine, compose, options, say, stack }: Session): Promise<boolean> {
  await engine.facts();
  const args = ['down', '--remove-orphans'];
  const result = await compose.onContainers(options.volumes ? [...args, '--volumes'] : args);
  if (result.exitCode !== 0) throw await engine.failure(`${stack} cannot be taken down`, result.stderr);
  say(`${stack} is down`);
  return true;
}

/** `docker compose ps` or `logs` of the stack, secrets struck out. */
export async function show(session: Session, command: 'ps' | 'logs'): Promise<boolean> {
  const { compose, options, say, engine, stack, projectName } = await open(session);
  if ((await stackContainers(engine, projectName)).length === 0) {
    say(`${stack} is not running; nx run ${stack}:up starts it`);
    return true;
  }
  const errors: string[] = [];
  const result = await compose.run(
    [command, ...(command === 'logs' ? ['--no-color'] : ['--all']), ...options.args],
    {
      onStdout: (line) => {
        say(stripVTControlCharacters(line));
      },
      onStderr: (line) => errors.push(line),
    },
  );
  if (result.exitCode !== 0) throw await engine.failure(`${command} of ${stack} failed`, errors.join('\n'));
  return true;
}

/** The stack as Compose understands it; the values of variables are not shown. */
export async function config(session: Session): Promise<boolean> {
  const opened: OpenSession = await open(session);
  const { compose, options, say, workspaceRoot, redactor } = opened;
  const result = await compose.run(['config', '--format', 'json', ...options.args]);
  if (result.exitCode !== 0)
    throw explainCompose(redactor.clean(result.stderr), compose.subject.files, workspaceRoot);
  const { stringify } = await import('yaml');
  say(stringify(withoutValues(result.stdout), { lineWidth: 0 }).trimEnd());
  return true;
}

/** The configuration with `***` for each value of an environment. */
export function withoutValues(json: string): unknown {
  try {
    return JSON.parse(json, (key, value: unknown) => {
      if (key !== 'environment' || typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.keys(value).map((name) => [name, '***']));
    });
  } catch (cause) {
    throw new MillwrightError('STACK_FAILED', {
      what: 'docker compose config printed no JSON',
      why: String(cause),
      cause,
    });
  }
}
