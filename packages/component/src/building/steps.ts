import { print, run, sharedErrors, shellWord } from '@millwright/toolkit';
import { componentError } from '../errors.js';

/**
 * Runs commands of a component in a folder. A line runs in a shell, as the format says; nothing is inserted into it. Each
 * command is printed before it runs, and its output is passed on unchanged.
 * @throws MillwrightError PROCESS_FAILED, PROCESS_MISSING
 */
export async function runSteps(
  steps: readonly (readonly string[] | string)[],
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (const step of steps) {
    const line = typeof step === 'string' ? step : step.map((word) => shellWord(word)).join(' ');
    print(`$ ${line}`);
    const [program = '', ...args] = typeof step === 'string' ? ['sh', '-c', step] : step;
    const forward = {
      onStdout: (text: string) => {
        console.log(text);
      },
      onStderr: (text: string) => {
        console.error(text);
      },
    };
    const { exitCode, signal } = await run(program, args, { cwd: folder, env, ...forward });
    if (exitCode !== 0)
      throw componentError('PROCESS_FAILED', {
        what: `the command failed: ${line}`,
        why: signal === undefined ? `it exited with ${String(exitCode)}` : `it was ended by ${signal}`,
        remedy: sharedErrors.PROCESS_FAILED.remedy.split(';', 1)[0] ?? '',
      });
  }
}
