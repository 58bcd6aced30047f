import type { ExecutorContext } from '@nx/devkit';
import { parseOptions, runExecutor } from '@millwright/toolkit';
import { moduleSubject, runGo } from '../command/module.js';
import { withNativeInputs } from '../command/native-inputs.js';
import { commandArguments } from '../command/options.js';
import { schema } from './schema.js';

/** Runs go vet on the packages of a Go module. */
export default function vet(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseOptions(schema, options, '@millwright/go:vet');
    const subject = await withNativeInputs(
      moduleSubject(context, { CGO_ENABLED: parsed.cgo ? '1' : '0', ...parsed.env }),
      parsed.nativeFiles,
      context.root,
    );
    return runGo(subject, commandArguments('vet', parsed));
  });
}
