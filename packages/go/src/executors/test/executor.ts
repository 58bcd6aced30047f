import type { ExecutorContext } from '@nx/devkit';
import { parseOptions, runExecutor } from '@millwright/toolkit';
import { moduleSubject, runGo } from '../command/module.js';
import { withNativeInputs } from '../command/native-inputs.js';
import { commandArguments } from '../command/options.js';
import { schema } from './schema.js';

/** Runs the tests of a Go module. */
export default function test(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { race, ...parsed } = parseOptions(schema, options, '@millwright/go:test');
    const subject = await withNativeInputs(
      moduleSubject(context, { CGO_ENABLED: parsed.cgo || race ? '1' : '0', ...parsed.env }),
      parsed.nativeFiles,
      context.root,
    );
    const args = [...(race ? ['-race'] : []), ...parsed.args];
    return runGo(subject, commandArguments('test', { ...parsed, args }));
  });
}
