import { constants, existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, rm, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '@millwright/toolkit';
import { goError } from '../../errors.js';

export interface ScriptRequest {
  readonly workspaceRoot: string;
  /** The folder of the project, relative to the workspace's root. */
  readonly projectRoot: string;
  /** The script, relative to the workspace's root. */
  readonly script: string;
  /** The file or folder that the script writes, relative to the project. */
  readonly output: string;
  /** A folder for what is passing, absolute. */
  readonly scratch: string;
  readonly onLine: (line: string) => void;
}

/**
 * Runs a project's own script, so that nothing it leaves behind can pass for its result: in a copy of the project,
 * beside which the rest of the workspace stands as it is; with a failure anywhere in a pipe as the script's failure;
 * with a GOBIN of its own, first on PATH.
 * @returns the copy of the project, absolute
 * @throws MillwrightError GENERATOR_FAILED, PROCESS_MISSING
 */
export async function runScript(request: ScriptRequest): Promise<string> {
  const { workspaceRoot, projectRoot, script, output, scratch, onLine } = request;
  if (!existsSync(join(workspaceRoot, script))) {
    throw goError('OPTION_INVALID', {
      what: `there is no file ${script}`,
      why: 'the option script names it',
      remedy: "name a file, relative to the workspace's root; {projectRoot}/ stands for the project's folder",
    });
  }
  const workspace = join(scratch, 'workspace');
  await mirror(
    workspaceRoot,
    workspace,
    projectRoot.split('/').filter((step) => step !== '' && step !== '.'),
  );
  const project = join(workspace, projectRoot);
  // What an earlier run wrote would stand for what this one does not write.
  await rm(join(project, output), { recursive: true, force: true });
  const bin = join(scratch, 'bin');
  await mkdir(bin, { recursive: true });
  const said: string[] = [];
  const result = await run('bash', ['-e', '-o', 'pipefail', join(workspace, script)], {
    cwd: project,
    env: { GOBIN: bin, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
    onStdout: onLine,
    onStderr: (line) => {
      said.push(line);
      onLine(line);
    },
  });
  if (result.exitCode === 0) return project;
  throw goError('GENERATOR_FAILED', {
    what: `${script} ended with ${result.exitCode === undefined ? (result.signal ?? 'an error') : `exit status ${result.exitCode}`}`,
    why: said.filter((line) => line.trim() !== '').at(-1) ?? 'it gave no reason',
    output: said.join('\n'),
  });
}

/** Folders that are large, and that a script reads at most. */
const linked = new Set(['node_modules', '.git', '.nx', 'target']);

/** Copies what the steps lead to; all beside the way there is linked to. */
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
