import { run, type ProcessUsage, UsageMeter } from '@millwright/toolkit';
import {
  type ArtifactMessage,
  type BuildScriptMessage,
  type DiagnosticMessage,
  parseCargoMessage,
  parseProgress,
} from './messages.js';
import type { Progress } from './progress.js';

/** A cargo command. */
export interface CargoCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** In addition to this process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface CargoBuildEvents {
  onArtifact(message: ArtifactMessage): void;
  onBuildScript(message: BuildScriptMessage): void;
  onDiagnostic(message: DiagnosticMessage): void;
}

export interface CargoBuildResult {
  readonly succeeded: boolean;
  /** The signal that terminated cargo itself. */
  readonly signal: NodeJS.Signals | undefined;
  /** cargo's standard error, without its progress bar. */
  readonly log: string;
}

/** Returns the resources that cargo has used so far, also after it ended; undefined if the system does not report them. */
export type UsageSoFar = () => ProcessUsage | undefined;

/** Runs cargo, and reports its messages and progress as they arrive. */
export async function cargoBuild(
  command: CargoCommand,
  progress: Progress,
  events: CargoBuildEvents,
  verbose: boolean,
  onUsage: (usage: UsageSoFar) => void,
): Promise<CargoBuildResult> {
  const log: string[] = [];
  let meter: UsageMeter | undefined;
  const result = await run(command.program, command.args, {
    cwd: command.cwd,
    env: {
      // cargo reports the total number of units only in its progress bar.
      CARGO_TERM_PROGRESS_WHEN: 'always',
      CARGO_TERM_PROGRESS_WIDTH: '120',
      ...command.env,
    },
    onStart: (pid) => {
      const started = new UsageMeter(pid);
      meter = started;
      onUsage(() => started.usage());
    },
    onStdout: (line) => {
      const message = parseCargoMessage(line);
      // cargo is still running here, so its resource usage can be read for the last time.
      if (line.startsWith('{"reason":"build-finished"')) meter?.usage();
      if (message?.reason === 'compiler-message') events.onDiagnostic(message);
      else if (message) progress.step();
      if (message?.reason === 'compiler-artifact') events.onArtifact(message);
      if (message?.reason === 'build-script-executed') events.onBuildScript(message);
    },
    onStderr: (line) => {
      const count = parseProgress(line);
      if (count) progress.expect(count.total);
      const text = withoutBar(line);
      if (text === '') return;
      log.push(text);
      if (verbose || /^\s*(Downloading|Blocking|Updating) /.test(text)) progress.printRaw(text.trimEnd());
    },
  });
  meter?.[Symbol.dispose]();
  return { succeeded: result.exitCode === 0, signal: result.signal, log: log.join('\n') };
}

/** Removes the progress bar, which is redrawn with carriage returns. */
function withoutBar(line: string): string {
  const text = line.split('\r').at(-1) ?? '';
  return /^\s*Building \[/.test(text) ? '' : text;
}
