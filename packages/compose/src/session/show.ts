import { stripVTControlCharacters } from 'node:util';
import { nxRun } from '@millwright/toolkit';
import { stackContainers } from '../engine/containers.js';
import { open, type Session } from './session.js';

/** Runs `docker compose ps` or `logs` on the stack, with secrets redacted. */
export async function show(session: Session, command: 'ps' | 'logs'): Promise<boolean> {
  const { compose, options, print, engine, stack, projectName } = await open(session);
  if ((await stackContainers(engine, projectName)).length === 0) {
    print(`${stack} is not running; ${nxRun(`${stack}:up`)} starts it`);
    return true;
  }
  const errors: string[] = [];
  const result = await compose.run(
    [command, ...(command === 'logs' ? ['--no-color'] : ['--all']), ...options.args],
    {
      onStdout: (line) => {
        print(stripVTControlCharacters(line));
      },
      onStderr: (line) => errors.push(line),
    },
  );
  if (result.exitCode !== 0) throw await engine.failure(`${command} of ${stack} failed`, errors.join('\n'));
  return true;
}
