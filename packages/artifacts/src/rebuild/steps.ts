import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Environment, readText } from '@millwright/toolkit/core';
import { run } from '@millwright/toolkit/process';
import { artifactError } from '../errors.js';
import { artifactsFolder, sideFileEndings } from '../layout/layout.js';
import { parseProvenance, type Provenance } from '../provenance/statement.js';
import { type Command, installCommand, linkPackages, nxProgram } from './installation.js';

export interface StepContext {
  readonly env: Environment;
  /** Called for each line that a step prints. */
  readonly onLine: (line: string) => void;
}

/**
 * Installs the npm packages of a clone as its lock file says; without one, it uses those of the original workspace.
 * @throws MillwrightError REBUILD_FAILED, PROCESS_MISSING
 */
export async function install(original: string, workspace: string, context: StepContext): Promise<void> {
  const command = installCommand(workspace);
  if (command === undefined) linkPackages(original, workspace);
  else await runStep('the npm packages of the clone cannot be installed', command, workspace, {}, context);
}

/**
 * Runs a task without the cache of Nx, and without what earlier builds compiled.
 * @param goCache a folder for the build cache of Go
 * @throws MillwrightError REBUILD_FAILED, PROCESS_MISSING
 */
export async function build(
  workspace: string,
  task: string,
  goCache: string,
  context: StepContext,
): Promise<void> {
  const file = nxProgram(workspace);
  const what = `the task ${task} failed at the commit of the artifact`;
  if (file === undefined)
    throw artifactError('REBUILD_FAILED', { what, why: 'Nx is not installed in the clone' });
  const isOfRun = (name: string) => name.startsWith('NX_');
  const env = {
    ...Object.fromEntries(
      Object.keys(context.env)
        .filter(isOfRun)
        .map((name) => [name, undefined]),
    ),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
    // What earlier builds compiled must not be used.
    CARGO_TARGET_DIR: undefined,
    CARGO_BUILD_TARGET_DIR: undefined,
    GOCACHE: goCache,
    SCCACHE_RECACHE: '1',
  };
  const command = { file, args: ['run', task, '--skip-nx-cache'] };
  await runStep(what, command, workspace, env, context);
}

async function runStep(
  what: string,
  { file, args }: Command,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  { onLine }: StepContext,
): Promise<void> {
  const { exitCode, signal } = await run(file, args, { cwd, env, onStdout: onLine, onStderr: onLine });
  if (exitCode === 0) return;
  const end = exitCode === undefined ? `signal ${signal ?? ''}` : `exit status ${exitCode}`;
  throw artifactError('REBUILD_FAILED', { what, why: `${basename(file)} ${args.join(' ')}: ${end}` });
}

/** Finds the file of the same task and name by its provenance. @throws MillwrightError REBUILD_FAILED */
export function findRebuilt(workspace: string, { task, subject: { name } }: Provenance): string {
  const pattern = `${artifactsFolder}/**/*${sideFileEndings.provenance}`;
  for (const path of globSync(pattern, { cwd: workspace })) {
    const file = join(workspace, path);
    const found = parseProvenance(readText(file) ?? '');
    if (found?.task === task && found?.subject.name === name)
      return file.slice(0, -sideFileEndings.provenance.length);
  }
  throw artifactError('REBUILD_FAILED', {
    what: `the task ${task ?? ''} did not build ${name}`,
    why: `no file in ${artifactsFolder}/ of the clone has a provenance with this task and name`,
  });
}
