import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { run } from '@millwright/toolkit';
import { parseGoWork } from '../../graph/go-mod.js';
import { usedBy } from '../../graph/repository.js';
import { goProgram } from '../../toolchain/go-toolchain.js';
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

/** @throws MillwrightError GO_TOOLCHAIN_MISSING */
export function moduleSubject(
  context: ExecutorContext,
  env: Readonly<Record<string, string>> = {},
): ModuleSubject {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  const folder = join(context.root, project?.root ?? '.');
  const asked = { ...process.env, ...env };
  return {
    folder,
    go: goProgram(asked),
    env: {
      ...(asked.GOWORK === undefined && isLeftOut(folder, context.root) ? { GOWORK: 'off' } : {}),
      ...env,
    },
  };
}

/** go refuses to build a module below a go.work file that does not use it, unless it is told to look away. */
function isLeftOut(folder: string, root: string): boolean {
  for (let above = folder; ; above = dirname(above)) {
    const path = join(above, 'go.work');
    if (existsSync(path)) {
      const used = usedBy(relative(root, above) || '.', parseGoWork(path, readFileSync(path, 'utf8')));
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
  throw explainFailure(`go ${args[0] ?? ''}`, log.join('\n'), result);
}
