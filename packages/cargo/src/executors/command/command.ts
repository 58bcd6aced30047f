import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { print, run, type RunResult } from '@millwright/toolkit';
import { commandFolderOf } from '../../toolchain/cargo-config.js';
import { locateToolchains } from '../../toolchain/locate.js';
import { checkRustVersion } from '../../toolchain/rust-version.js';
import { toolchainFromVariables } from '../../hashing/task-variables.js';
import { BuildReads } from '../../cargo-cli/build-reads.js';
import { Diagnostics, packageName } from '../../cargo-cli/diagnostics.js';
import { listUnreachable } from '../../preflight/unreachable.js';
import { explainFailure } from '../../cargo-cli/explain.js';
import { parseCargoMessage, parseProgress } from '../../cargo-cli/messages.js';
import { watchLockFiles } from '../../cargo-cli/new-lock-files.js';
import { cargoMetadata } from '../../cargo-cli/metadata.js';
import { Progress } from '../../cargo-cli/progress.js';
import type { CommandOptions } from './options.js';
import { type InputsRecorder, type RecordedCrate, recordInputs } from './record-inputs.js';
import { checksQueriesOffline } from '../../toolchain/sqlx.js';
import { linkFailure } from '../../cargo-cli/link-failure.js';
import { checkFeatures, localFolders, packageOf } from '../../cargo-cli/packages.js';

/** The crate for which a cargo command runs. */
export interface CommandSubject extends RecordedCrate {
  /** The folder of the crate, absolute. */
  readonly folder: string;
  /** The command's environment, in addition to this process's. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with the reads of the command's compilers after it succeeded; returns a note to print. */
  readonly onReads: InputsRecorder;
  /** A line for each lock file that cargo has written since. */
  readonly newLockFiles: () => readonly string[];
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
  const active = located();
  const metadata = await cargoMetadata(folder, active);
  const newLockFiles = watchLockFiles(context.root, [metadata.workspace_root]);
  const pkg = packageOf(metadata, folder);
  checkFeatures(pkg, options.features);
  const workspace = relative(context.root, metadata.workspace_root) || '.';
  const hashed =
    options.toolchain === undefined ? toolchainFromVariables(workspace, active.host, process.env) : undefined;
  const toolchain = hashed ?? active;
  await checkRustVersion(
    { package: pkg.name, rustVersion: pkg.rust_version ?? undefined },
    toolchain,
    process.env,
  );
  const env = {
    CARGO: toolchain.cargo,
    ...(process.env.RUSTC === undefined ? { RUSTC: toolchain.rustc } : {}),
    ...(checksQueriesOffline(undefined, [metadata.workspace_root, ...localFolders(metadata, pkg)], {
      ...process.env,
      ...options.env,
    })
      ? { SQLX_OFFLINE: 'true' }
      : {}),
    ...options.env,
  };
  const subject = { folder, package: pkg, metadata, toolchain, env, newLockFiles };
  return { ...subject, onReads: await recordInputs(subject, options.env, context) };
}

/** How a command's outcome is reported. */
export interface CommandOutput {
  /** The participle for the error message, such as `checked`. */
  readonly participle: string;
  /** Whether to show standard error, which contains the results of cargo-nextest. */
  readonly showLog?: boolean;
}

/**
 * Runs a cargo command that compiles, with progress. Prints the crate's diagnostics as rustc renders them, and those of
 * other crates of the workspace only if they do not compile, because they have their own tasks.
 * @throws MillwrightError with cargo's output if the command fails
 */
export async function runCargo(
  subject: CommandSubject,
  program: string,
  args: readonly string[],
  { participle, showLog = false }: CommandOutput,
): Promise<boolean> {
  const progress = new Progress(subject.package.name, {
    inPlace: process.stdout.isTTY,
    write: (text) => process.stdout.write(text),
    now: () => Date.now(),
  });
  const diagnostics = new Diagnostics();
  const reads = new BuildReads(subject.metadata);
  const log: string[] = [];
  const result = await run(program, args, {
    cwd: commandFolderOf(subject.folder, subject.metadata.workspace_root),
    env: { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '120', ...subject.env },
    onStdout: (line) => {
      const message = parseCargoMessage(line);
      if (message === undefined) {
        if (!line.startsWith('{"reason"')) progress.printRaw(line);
      } else if (message.reason === 'compiler-message') diagnostics.add(message);
      else {
        progress.step();
        if (message.reason === 'compiler-artifact') reads.addUnit(message);
        else reads.addBuildScript(message);
      }
    },
    onStderr: (line) => {
      const count = parseProgress(line);
      if (count) progress.expect(count.total);
      const text = line.split('\r').at(-1) ?? '';
      if (text.trim() === '' || /^\s*Building \[/.test(text)) return;
      log.push(text);
      if (showLog && !/^\s*(Compiling|Fresh|Finished|Downloading|Downloaded|Updating|Blocking) /.test(text))
        progress.printRaw(text);
    },
  });
  for (const id of new Set([subject.package.id, ...diagnostics.failed()]))
    process.stdout.write(diagnostics.takeRendered(id));
  const what = `${subject.package.name} was not ${participle}`;
  const succeeded = await reportOutcome(subject, result, diagnostics, log.join('\n'), what);
  const note = await subject.onReads(reads);
  if (note !== undefined) print(note);
  subject.newLockFiles().forEach(print);
  return succeeded;
}

async function reportOutcome(
  subject: CommandSubject,
  result: RunResult,
  diagnostics: Diagnostics,
  log: string,
  what: string,
): Promise<boolean> {
  if (result.exitCode === 0) return true;
  const failed = diagnostics.failed();
  if (failed.length === 0) {
    const env = { ...process.env, ...subject.env };
    throw await listUnreachable(explainFailure(log), subject.metadata.workspace_root, env);
  }
  const names = failed.map((id) => packageName(id, subject.metadata.packages)).join(', ');
  const linking = failed.map((id) => diagnostics.linkError(id));
  if (linking.every((text) => text !== undefined))
    throw linkFailure(`${names} compiled, but the linker failed`, what, linking.join(''), log);
  throw explainFailure(`${names} does not compile; see the errors above\n${log}`, what);
}
