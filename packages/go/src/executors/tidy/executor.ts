import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, run, runExecutor } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { explainFailure } from '../../go-cli/explain.js';
import { moduleSubject, runGo } from '../../go-cli/module.js';
import { schema } from './schema.js';

/** Runs go mod tidy, or prints what it would change (cmd/go, "go mod tidy", `-diff`, since Go 1.23). */
export default function tidy(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { check } = parseTaskOptions(schema, options, '@millwright/go:tidy', context);
    // A go.work file does not affect the requirements of a module.
    const subject = moduleSubject(context, { GOWORK: 'off' });
    if (!check) return runGo(subject, ['mod', 'tidy']);
    const { go, folder, env } = subject;
    const result = await run(go, ['mod', 'tidy', '-diff'], { cwd: folder, env });
    if (result.exitCode === 0) return true;
    if (!result.stdout.startsWith('diff ')) throw explainFailure('go mod tidy', result.stderr, result);
    console.log(result.stdout.trimEnd());
    throw goError('GO_MOD_UNTIDY', {
      what: 'go.mod or go.sum is not tidy',
      why: 'go mod tidy would make the changes printed above',
    });
  });
}
