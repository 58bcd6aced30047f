import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { type RunResult, run } from '@millwright/toolkit';
import { locateToolchains, type Toolchain } from '../../toolchain/locate.js';
import { toolchainFromVariables } from '../../toolchain/task-variables.js';
import { Diagnostics, packageName } from '../cargo-cross/diagnostics.js';
import { nameUnreachable } from '../../preflight/unreachable.js';
import { explainFailure } from '../cargo-cross/explain.js';
import { parseCargoMessage, parseProgress } from '../cargo-cross/messages.js';
import { type CargoMetadata, cargoMetadata, type CargoPackage } from '../cargo-cross/metadata.js';
import { Progress } from '../cargo-cross/progress.js';
import { checkFeatures, packageOf } from '../cargo-cross/request.js';
import type { CommandOptions } from './options.js';

/** A crate whose cargo command is to run. */
export interface CommandSubject {
  /** The folder of the crate, absolute. */
  readonly folder: string;
  readonly package: CargoPackage;
  readonly metadata: CargoMetadata;
  readonly toolchain: Toolchain;
  /** The environment of the command, beyond this process's own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Finds the crate of the project that an executor runs for.
 * @throws MillwrightError TOOLCHAIN_MISSING, CARGO_FAILED, FEATURE_UNKNOWN
 */
export async function commandSubject(
  options: Pick<CommandOptions, 'features' | 'env' | 'toolchain'>,
  context: ExecutorContext,
): Promise<CommandSubject> {
  const project = context.projectsConfigurations.projects[context.projectName ?? ''];
  const folder = join(context.root, project?.root ?? '.');
  const located = () => {
    const [first] = locateToolchains(
      folder,
      { ...process.env, ...options.env },
      options.toolchain,
    ).candidates;
    if (!first) throw new Error('a located toolchain is one of at least one');
    return first;
  };
  const asked = located();
  const metadata = await cargoMetadata(folder, asked);
  const pkg = packageOf(metadata, folder);
  checkFeatures(pkg, options.features);
  const workspace = relative(context.root, metadata.workspace_root) || '.';
  const hashed =
    options.toolchain === undefined ? toolchainFromVariables(workspace, asked.host, process.env) : undefined;
  const toolchain = hashed ?? asked;
  const env = {
    CARGO: toolchain.cargo,
    ...(process.env.RUSTC === undefined ? { RUSTC: toolchain.rustc } : {}),
    ...options.env,
  };
  return { folder, package: pkg, metadata, toolchain, env };
}

/**
 * Runs a cargo command that compiles, with progress, and prints the crate's own diagnostics as rustc renders
 * them; those of other crates of the workspace only where they do not compile, since they have their own tasks.
 * @param showLog whether what comes on standard error is the command's result, as with cargo-nextest
 * @throws MillwrightError with what cargo says where the command fails before the crate's own turn
 */
export async function runCargo(
  subject: CommandSubject,
  program: string,
  args: readonly string[],
  { showLog = false } = {},
): Promise<boolean> {
  const progress = new Progress(subject.package.name, {
    inPlace: process.stdout.isTTY,
    write: (text) => process.stdout.write(text),
    now: () => Date.now(),
  });
  const diagnostics = new Diagnostics();
  const log: string[] = [];
  const result = await run(program, args, {
    cwd: subject.metadata.workspace_root,
    env: { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '120', ...subject.env },
    onStdout: (line) => {
      const message = parseCargoMessage(line);
      if (message === undefined) {
        if (!line.startsWith('{"reason"')) progress.say(line);
      } else if (message.reason === 'compiler-message') diagnostics.add(message);
      else progress.step();
    },
    onStderr: (line) => {
      const count = parseProgress(line);
      if (count) progress.expect(count.total);
      const text = line.split('\r').at(-1) ?? '';
      if (text.trim() === '' || /^\s*Building \[/.test(text)) return;
      log.push(text);
      if (showLog && !/^\s*(Compiling|Fresh|Finished|Downloading|Downloaded|Updating|Blocking) /.test(text))
        progress.say(text);
    },
  });
  for (const id of new Set([subject.package.id, ...diagnostics.failed()]))
    process.stdout.write(diagnostics.take(id));
  return outcome(subject, result, diagnostics, log.join('\n'));
}

async function outcome(
  subject: CommandSubject,
  result: RunResult,
  diagnostics: Diagnostics,
  log: string,
): Promise<boolean> {
  if (result.exitCode === 0) return true;
  const failed = diagnostics.failed();
  if (failed.length === 0) {
    const env = { ...process.env, ...subject.env };
    throw await nameUnreachable(explainFailure(log, false), subject.metadata.workspace_root, env);
  }
  const names = failed.map((id) => packageName(id, subject.metadata.packages)).join(', ');
  throw explainFailure(`${names} does not compile; its diagnostics stand above\n${log}`, true);
}
