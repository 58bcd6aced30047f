import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { commandSubject, runCargo } from '../command/command.js';
import { commandOptions, selectionArgs } from '../command/options.js';

/** Runs `cargo check` on all targets of the crate. */
export default function check(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(commandOptions, options, '@millwright/cargo:check', context);
    const subject = await commandSubject(parsed, context);
    const args = [
      'check',
      '--all-targets',
      '--package',
      subject.package.id,
      '--message-format=json-diagnostic-rendered-ansi',
    ];
    return runCargo(subject, subject.toolchain.cargo, [...args, ...selectionArgs(parsed)], {
      participle: 'checked',
    });
  });
}
