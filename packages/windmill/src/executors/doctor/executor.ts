import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { doctor as runDoctor } from '../../commands/doctor.js';
import { schema } from './schema.js';

/** Checks what the workflow engine needs. */
export default function doctor(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(() =>
    runDoctor(parseTaskOptions(schema, options, '@millwright/windmill:doctor', context)),
  );
}
