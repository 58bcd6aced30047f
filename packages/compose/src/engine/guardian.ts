/**
 * The guardian of a running stack: a process of its own that waits until the one that started the stack lets go of
 * the pipe between them, by ending or by being killed, and then takes the stack down. Nx kills what does not end within
 * seconds of Ctrl-C, and everything below it with it; containers take longer to stop.
 *
 *   node guardian.js <engine> <project name> <volumes: true or false>
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Node closes the standard input of a process that ended, as the first of the two does; not so further pipes. */
const pipe = 3;
const [engine = '', projectName = '', volumes = ''] = process.argv.slice(2);

if (process.env.MILLWRIGHT_GUARDIAN === undefined) {
  // Once more, so that the guardian is no descendant of what Nx ends; its id is told to the one that waits.
  const child = spawn(process.execPath, process.argv.slice(1), {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', pipe],
    env: { ...process.env, MILLWRIGHT_GUARDIAN: '1' },
  });
  process.stdout.write(`${child.pid ?? ''}\n`, () => process.exit(0));
} else {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  const held = new Socket({ fd: pipe });
  held.on('error', () => undefined);
  held.resume();
  held.once('close', () => {
    // By name alone, from a folder without Compose files: nothing in a file that was edited since can be in the way.
    const args = ['compose', '--project-name', projectName, 'down', '--remove-orphans'];
    spawn(engine, volumes === 'true' ? [...args, '--volumes'] : args, { cwd: '/', stdio: 'ignore' }).once(
      'close',
      (status) => process.exit(status ?? 1),
    );
  });
}
