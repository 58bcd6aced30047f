import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { argumentsFor, ownOptions, parseTaskOptions, run, runExecutor } from '@millwright/toolkit';
import { commandSubject } from '../command/command.js';
import { selectionArgs } from '../command/options.js';
import { schema } from './schema.js';
import { commandFolderOf, configArguments } from '../../toolchain/cargo-config.js';
import { requestedTargets } from '../../cargo-cli/packages.js';

const optionNames = Object.keys(schema.shape);

/** Builds the binary and runs it interactively, with all arguments that are not options of the executor. */
export default function runBinary(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { bin, args, __unparsed__, ...parsed } = parseTaskOptions(
      schema,
      ownOptions(options, optionNames, context, process.env),
      '@millwright/cargo:run',
      context,
    );
    const subject = await commandSubject(parsed, context);
    requestedTargets(subject.package, bin === undefined ? undefined : [bin]);
    const selection = [
      ...(bin === undefined ? [] : ['--bin', bin]),
      ...selectionArgs({ ...parsed, args: [] }),
    ];
    const own = argumentsFor(__unparsed__, optionNames, process.env);
    const runsIn = commandFolderOf(subject.folder, subject.metadata.workspace_root);
    const result = await run(
      subject.toolchain.cargo,
      [
        ...['run', '--manifest-path', join(subject.folder, 'Cargo.toml')],
        ...configArguments(runsIn, context.root, { ...process.env, ...subject.env }),
        ...['--package', subject.package.id, ...selection, '--', ...args, ...own],
      ],
      { cwd: context.root, env: subject.env, interactive: true },
    );
    return result.exitCode === 0;
  });
}
