import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, run, runExecutor } from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { commandSubject } from '../command/command.js';
import { schema } from './schema.js';

/** Formats the crate, or checks that it is formatted. */
export default function format(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { check, toolchain } = parseTaskOptions(schema, options, '@millwright/cargo:format', context);
    const subject = await commandSubject(
      { features: [], env: {}, ...(toolchain === undefined ? {} : { toolchain }) },
      context,
    );
    const bin = dirname(subject.toolchain.cargo);
    const [fmt, rustfmt] = [join(bin, 'cargo-fmt'), join(bin, 'rustfmt')];
    if (!existsSync(fmt) || !existsSync(rustfmt)) {
      throw cargoError('TOOLCHAIN_MISSING', {
        what: 'rustfmt is not installed',
        why: `the toolchain ${subject.toolchain.name} does not include rustfmt`,
        remedy: 'rustup component add rustfmt',
      });
    }
    const result = await run(fmt, ['fmt', ...(check ? ['--check'] : [])], {
      cwd: subject.folder,
      env: { ...subject.env, RUSTFMT: rustfmt },
      onStdout: (line) => {
        console.log(line);
      },
      onStderr: (line) => {
        console.error(line);
      },
    });
    return result.exitCode === 0;
  });
}
