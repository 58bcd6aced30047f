import type { ExecutorContext } from '@nx/devkit';
import { onPath, parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { commandSubject, runCargo } from '../command/command.js';
import { selectionArgs } from '../command/options.js';
import { schema } from './schema.js';

/** Runs the crate's tests with cargo-nextest if it is installed, else with `cargo test`. */
export default function test(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { testArgs, ...parsed } = parseTaskOptions(schema, options, '@millwright/cargo:test', context);
    const subject = await commandSubject(parsed, context);
    const [nextest] = onPath('cargo-nextest', process.env);
    const selection = ['--package', subject.package.id, ...selectionArgs(parsed)];
    if (nextest !== undefined) {
      const args = ['nextest', 'run', '--cargo-message-format', 'json', '--no-tests', 'pass', ...selection];
      return runCargo(subject, nextest, [...args, ...testArgs], { participle: 'tested', showLog: true });
    }
    const args = ['test', '--message-format=json-diagnostic-rendered-ansi', ...selection];
    return runCargo(subject, subject.toolchain.cargo, [...args, '--', ...testArgs], { participle: 'tested' });
  });
}
