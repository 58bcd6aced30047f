import { constants, existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { lastLine, run } from '@millwright/toolkit';
import { goError } from '../../errors.js';

export interface ScriptRequest {
  readonly workspaceRoot: string;
  /** The folder of the project, relative to the workspace root. */
  readonly projectRoot: string;
  /** The script, relative to the workspace root. */
  readonly script: string;
  /** The file or folder that the script writes, relative to the project. */
  readonly output: string;
  /** The absolute path of a folder for temporary files. */
  readonly scratch: string;
  readonly onLine: (line: string) => void;
}

/**
 * Runs a project's own script. To detect failures reliably, it runs in a copy of the project in which the
 * rest of the workspace is linked, fails if any command of a pipe fails, and has a separate GOBIN, first on
 * PATH.
 * @returns the absolute path of the copy
 * @throws MillwrightError GENERATOR_FAILED, PROCESS_MISSING
 */
export async function runScript(request: ScriptRequest): Promise<string> {
  const { workspaceRoot, projectRoot, script, output, scratch, onLine } = request;
  if (!existsSync(join(workspaceRoot, script))) {
    throw goError('OPTION_INVALID', {
      what: `the script ${script} does not exist`,
      why: 'the option "script" is set to this path',
      remedy: 'use a path relative to the workspace root; {projectRoot} stands for the project folder',
    });
  }
  const workspace = join(scratch, 'workspace');
  await mirror(
    workspaceRoot,
    workspace,
    projectRoot.split('/').filter((step) => step !== '' && step !== '.'),
  );
  const project = join(workspace, projectRoot);
  // Otherwise, the output of an earlier run could be mistaken for this run's.
  await rm(join(project, output), { recursive: true, force: true });
  const bin = join(scratch, 'bin');
  await mkdir(bin, { recursive: true });
  const errorLines: string[] = [];
  const result = await run('bash', ['-e', '-o', 'pipefail', join(workspace, script)], {
    cwd: project,
    env: { GOBIN: bin, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    onStdout: onLine,
    onStderr: (line) => {
      errorLines.push(line);
      onLine(line);
    },
  });
  if (result.exitCode === 0) return project;
  throw goError('GENERATOR_FAILED', {
    what: `the script ${script} ${result.exitCode === undefined ? `was terminated by ${result.signal ?? 'a signal'}` : `exited with status ${result.exitCode}`}`,
    why: lastLine(errorLines.join('\n')),
    output: errorLines.join('\n'),
  });
}

/** Large folders that a script only reads. They are linked instead of copied. */
const linked = new Set(['node_modules', '.git', '.nx', 'target']);

/** Copies the folder at the end of the steps, and links everything beside the path to it. */
async function mirror(from: string, to: string, steps: readonly string[]): Promise<void> {
  const [step, ...rest] = steps;
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === step) await mirror(source, copy, rest);
    else if (step !== undefined || linked.has(entry.name)) await symlink(source, copy);
    else if (entry.isFile()) await copyFile(source, copy, constants.COPYFILE_FICLONE);
    else await cp(source, copy, { recursive: true, verbatimSymlinks: true });
  }
}
