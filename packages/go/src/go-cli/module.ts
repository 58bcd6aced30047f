import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readText, run } from '@millwright/toolkit';
import { parseGoWork } from '../manifests/go-mod.js';
import { usedBy } from '../resolution/repository.js';
import { moduleKey } from '../inference/target-parts.js';
import { goProgram } from '../toolchain/go-toolchain.js';
import { explainFailure } from './explain.js';

/** The module of the project that an executor runs for. */
export interface ModuleSubject {
  /** The folder of its go.mod, absolute. */
  readonly folder: string;
  /** The `go` program. */
  readonly go: string;
  /** The environment of the command, beyond this process's own. */
  readonly env: Readonly<Record<string, string>>;
}

/** The folder of the project that an executor runs for, absolute. */
export function moduleFolder(context: ExecutorContext): string {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  return join(context.root, project?.root ?? '.');
}

/** Tells the module apart in names of files and variables. */
export function keyOfSubject({ folder }: Pick<ModuleSubject, 'folder'>, { root }: ExecutorContext): string {
  return moduleKey(relative(root, folder).split(sep).join('/') || '.');
}

/** @throws MillwrightError GO_TOOLCHAIN_MISSING */
export function moduleSubject(
  context: ExecutorContext,
  env: Readonly<Record<string, string>> = {},
): ModuleSubject {
  return moduleSubjectAt(moduleFolder(context), context.root, env);
}

/**
 * The module in a folder.
 * @param folder absolute
 * @param root the Nx workspace's folder, absolute
 * @throws MillwrightError GO_TOOLCHAIN_MISSING
 */
export function moduleSubjectAt(
  folder: string,
  root: string,
  env: Readonly<Record<string, string>> = {},
): ModuleSubject {
  const asked = { ...process.env, ...env };
  return {
    folder,
    go: goProgram(asked),
    env: {
      ...(asked.GOWORK === undefined && isLeftOut(folder, root) ? { GOWORK: 'off' } : {}),
      ...env,
    },
  };
}

/** go refuses to build a module below a go.work file that does not use it, unless it is told to look away. */
function isLeftOut(folder: string, root: string): boolean {
  for (let above = folder; ; above = dirname(above)) {
    const path = join(above, 'go.work');
    if (existsSync(path)) {
      const used = usedBy(relative(root, above) || '.', parseGoWork(path, readText(path) ?? ''));
      return !used.includes(relative(root, folder) || '.');
    }
    if (dirname(above) === above) return false;
  }
}

/**
 * Runs a go command in the module's folder, its output as it comes.
 * @returns false where tests failed, of which the output says all
 * @throws MillwrightError with the cause where go's words for it are known
 */
export async function runGo({ go, folder, env }: ModuleSubject, args: readonly string[]): Promise<boolean> {
  const log: string[] = [];
  const keep = (write: (line: string) => void) => (line: string) => {
    log.push(line);
    write(line);
  };
  const result = await run(go, args, {
    cwd: folder,
    env,
    onStdout: keep((line) => {
      console.log(line);
    }),
    onStderr: keep((line) => {
      console.error(line);
    }),
  });
  if (result.exitCode === 0) return true;
  if (log.some((line) => line.startsWith('--- FAIL: '))) return false;
  const withoutCgo = env.CGO_ENABLED === '0' ? folder : undefined;
  throw explainFailure(`go ${args[0] ?? ''}`, log.join('\n'), result, withoutCgo);
}
