import type { Command } from 'commander';
import { completedCommands } from '../completion/model.js';
import { completionScript, type Shell } from '../completion/shells.js';
import { exitCodes, type Result } from '../io/result.js';

/** The script by which a shell completes the commands and options of a program. */
export function completion(shell: Shell, program: Command): Result {
  const script = completionScript(shell, completedCommands(program));
  return { exitCode: exitCodes.done, text: script.trimEnd(), isExact: true, data: { shell, script } };
}
