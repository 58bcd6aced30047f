import type { ExecutorContext } from '@nx/devkit';
import { parseOptions, run, runExecutor } from '@millwright/toolkit';
import { wantedTargets } from '../cargo-cross/request.js';
import { commandSubject } from '../command/command.js';
import { selectionArgs } from '../command/options.js';
import { schema } from './schema.js';

/** Builds the binary and gives it the terminal; what stands behind `--` on the command line is its own. */
export default function runBinary(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { bin, args, ...parsed } = parseOptions(schema, options, '@millwright/cargo:run');
    const subject = await commandSubject(parsed, context);
    wantedTargets(subject.package, bin === undefined ? undefined : [bin]);
    const selection = [
      ...(bin === undefined ? [] : ['--bin', bin]),
      ...selectionArgs({ ...parsed, args: [] }),
    ];
    const result = await run(
      subject.toolchain.cargo,
      ['run', '--package', subject.package.id, ...selection, '--', ...args],
      { cwd: context.root, env: subject.env, interactive: true },
    );
    return result.exitCode === 0;
  });
}
