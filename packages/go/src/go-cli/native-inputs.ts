import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readRegularFile, run, statOf } from '@millwright/toolkit';
import { taskVariables } from '../toolchain/task-variables.js';
import { explainFailure } from './explain.js';
import { type ModuleSubject, moduleSubject } from './module.js';

/**
 * Makes go's own cache depend on files that go does not check: C files outside the package's folder, and
 * system libraries (cmd/go, "Build and test caching"). A meaningless macro and library folder carry their
 * digests, so that go compiles and links again if one of them changed. They affect only build IDs.
 * @param nativeFiles relative to the workspace, or absolute
 * @param cgo true if C code is compiled; otherwise, only assembly includes such files
 * @returns the module with these variables in its environment
 * @throws MillwrightError if go's settings cannot be read
 */
export async function withNativeInputs(
  subject: ModuleSubject,
  nativeFiles: readonly string[],
  workspaceRoot: string,
  cgo: boolean,
): Promise<ModuleSubject> {
  const libraries = cgo ? (process.env[taskVariables.libraries] ?? '') : '';
  if (nativeFiles.length === 0 && libraries === '') return subject;
  const { go, folder, env } = subject;
  const names = ['CGO_CPPFLAGS', 'CGO_LDFLAGS', 'GOFLAGS'] as const;
  const result = await run(go, ['env', '-json', ...names], { cwd: folder, env });
  if (result.exitCode !== 0) throw explainFailure('go env', result.stderr, result);
  const own = JSON.parse(result.stdout) as Record<(typeof names)[number], string>;
  if (!cgo) {
    const macro = `-asmflags=all=-D=MILLWRIGHT_NATIVE_FILES=D${digestOf(nativeFiles, workspaceRoot)}`;
    return { ...subject, env: { ...env, GOFLAGS: `${own.GOFLAGS} ${macro}`.trim() } };
  }
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

/**
 * Returns the module of a task with the variables of `withNativeInputs`.
 * @param env variables that go gets in addition to those of the process
 * @throws MillwrightError if go's settings cannot be read
 */
export function nativeModuleSubject(
  context: ExecutorContext,
  env: Readonly<Record<string, string>>,
  { nativeFiles, cgo }: { readonly nativeFiles: readonly string[]; readonly cgo: boolean },
): Promise<ModuleSubject> {
  return withNativeInputs(moduleSubject(context, env), nativeFiles, context.root, cgo);
}

/** The largest file that is read, in bytes: the limit of a Node buffer. */
const maxFileSize = 2 ** 31 - 1;

function digestOf(files: readonly string[], workspaceRoot: string): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = resolve(workspaceRoot, file);
    const { bytes } = readRegularFile(path, { limit: maxFileSize });
    // A larger file is represented by its size and modification time.
    const found = bytes ?? statOf(path);
    hash.update(Buffer.isBuffer(found) ? `${file}\0${found.length}\0` : `${file}\0\0`);
    hash.update(Buffer.isBuffer(found) ? found : `${found?.size ?? ''}\0${found?.mtimeMs ?? ''}`);
  }
  return hash.digest('hex');
}
