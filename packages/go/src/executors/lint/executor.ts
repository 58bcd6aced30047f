import type { ExecutorContext } from '@nx/devkit';
import { onPath, parseTaskOptions, run, runExecutor } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { moduleSubject } from '../../go-cli/module.js';
import { schema } from './schema.js';

/** Runs golangci-lint with the configuration file in the module or above. Any finding fails the task. */
export default function lint(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { cgo, tags, args, packages, env } = parseTaskOptions(
      schema,
      options,
      '@millwright/go:lint',
      context,
    );
    const subject = moduleSubject(context, { CGO_ENABLED: cgo ? '1' : '0', ...env });
    const program = golangciLint({ ...process.env, ...env });
    const tagFlags = tags.length === 0 ? [] : [`--build-tags=${tags.join(',')}`];
    const result = await run(program, ['run', ...tagFlags, ...args, ...packages], {
      cwd: subject.folder,
      env: subject.env,
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

/** @throws MillwrightError GO_LINTER_MISSING */
function golangciLint(env: NodeJS.ProcessEnv): string {
  const [program] = onPath('golangci-lint', env);
  if (program !== undefined) return program;
  throw goError('GO_LINTER_MISSING', {
    what: 'golangci-lint is not installed',
    why: 'the module has a golangci-lint configuration file, but golangci-lint is not on PATH',
  });
}
