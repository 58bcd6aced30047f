import type { ExecutorContext } from '@nx/devkit';
import { formatFindings, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { moduleFolder } from '../../go-cli/module.js';
import { diagnose } from './diagnose.js';
import { schema } from './schema.js';

/** Checks everything that a build of the module requires, without building. */
export default function doctor(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/go:doctor', context);
    const findings = await diagnose(context.root, moduleFolder(context), parsed);
    print(formatFindings(findings));
    return findings.every(({ state }) => state !== 'missing');
  });
}
