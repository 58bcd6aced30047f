import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readText, run } from '@millwright/toolkit';
import { parseGoWork } from '../manifests/go-mod.js';
import { usedBy } from '../resolution/replacements.js';
import { moduleKey } from '../inference/target-parts.js';
import { goProgram } from '../toolchain/go-toolchain.js';
import { explainFailure } from './explain.js';

/** The module of an executor's project. */
export interface ModuleSubject {
  /** The absolute path of the folder with its go.mod. */
  readonly folder: string;
  /** The `go` program. */
  readonly go: string;
  /** Environment variables for the command, in addition to those of this process. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the absolute path of the folder of an executor's project. */
export function moduleFolder(context: ExecutorContext): string {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  return join(context.root, project?.root ?? '.');
}

/** Returns a key for the module, for names of files and variables. */
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
 * Returns the module in a folder.
 * @param folder the absolute path of the module
 * @param root the absolute path of the Nx workspace
 * @throws MillwrightError GO_TOOLCHAIN_MISSING
 */
export function moduleSubjectAt(
  folder: string,
  root: string,
  env: Readonly<Record<string, string>> = {},
): ModuleSubject {
  const environment = { ...process.env, ...env };
  return {
    folder,
    go: goProgram(environment),
    env: {
      ...(environment.GOWORK === undefined && isUnusedByWorkspace(folder, root) ? { GOWORK: 'off' } : {}),
      ...env,
    },
  };
}

/**
 * Returns true if a go.work file above does not use the module. go refuses to build such a module without
 * GOWORK=off.
 */
function isUnusedByWorkspace(folder: string, root: string): boolean {
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
 * Runs a go command in the module's folder and prints its output as it arrives.
 * @returns false if tests failed, which the output explains
 * @throws MillwrightError with the cause of the failure, if it is known
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
