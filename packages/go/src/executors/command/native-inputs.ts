import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { run, statOf } from '@millwright/toolkit';
import { taskVariables } from '../../toolchain/task-variables.js';
import { explainFailure } from './explain.js';
import type { ModuleSubject } from './module.js';

/**
 * Tells go's own cache of what it does not look at: C files out of a package's folder, and libraries of the system
 * (cmd/go, "Build and test caching"). A macro and a folder that mean nothing carry their digests, so that go compiles
 * and links anew where one of them changed; only build IDs show them.
 * @param nativeFiles relative to the workspace, or absolute
 * @returns the subject with the variables that say so
 * @throws MillwrightError as reading go's settings fails
 */
export async function withNativeInputs(
  subject: ModuleSubject,
  nativeFiles: readonly string[],
  workspaceRoot: string,
): Promise<ModuleSubject> {
  const libraries = process.env[taskVariables.libraries] ?? '';
  if (nativeFiles.length === 0 && libraries === '') return subject;
  const { go, folder, env } = subject;
  const names = ['CGO_CPPFLAGS', 'CGO_LDFLAGS'] as const;
  const result = await run(go, ['env', '-json', ...names], { cwd: folder, env });
  if (result.exitCode !== 0) throw explainFailure('go env', result.stderr, result);
  const own = JSON.parse(result.stdout) as Record<(typeof names)[number], string>;
  return {
    ...subject,
    env: {
      ...env,
      ...(nativeFiles.length > 0 && {
        CGO_CPPFLAGS:
          `${own.CGO_CPPFLAGS} -DMILLWRIGHT_NATIVE_FILES=${digestOf(nativeFiles, workspaceRoot)}`.trim(),
      }),
      ...(libraries !== '' && { CGO_LDFLAGS: `${own.CGO_LDFLAGS} -L/nonexistent/${libraries}`.trim() }),
    },
  };
}

function digestOf(files: readonly string[], workspaceRoot: string): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = resolve(workspaceRoot, file);
    const content = statOf(path)?.isFile() === true ? readFileSync(path) : undefined;
    hash.update(`${file}\0${content?.length ?? ''}\0`).update(content ?? '');
  }
  return hash.digest('hex');
}
