import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { commandSubject, runCargo } from '../command/command.js';
import { commandOptions, selectionArgs } from '../command/options.js';

/** Runs clippy on all targets of the crate; warnings are errors. */
export default function lint(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(commandOptions, options, '@millwright/cargo:lint', context);
    const subject = await commandSubject(parsed, context);
    // Use the toolchain's clippy: that of another compiler cannot read this one's metadata.
    const clippy = join(dirname(subject.toolchain.cargo), 'cargo-clippy');
    if (!existsSync(clippy)) {
      throw cargoError('TOOLCHAIN_MISSING', {
        what: 'clippy is not installed',
        why: `the toolchain ${subject.toolchain.name} does not include clippy`,
        remedy: 'rustup component add clippy',
      });
    }
    const args = [
      'clippy',
      '--all-targets',
      '--package',
      subject.package.id,
      '--message-format=json-diagnostic-rendered-ansi',
    ];
    return runCargo(subject, clippy, [...args, ...selectionArgs(parsed), '--', '-D', 'warnings'], {
      participle: 'linted',
    });
  });
}
