import { run, type ProcessUsage, UsageMeter } from '@millwright/toolkit';
import {
  type ArtifactMessage,
  type BuildScriptMessage,
  type DiagnosticMessage,
  parseCargoMessage,
  parseProgress,
} from './messages.js';
import type { Progress } from './progress.js';

/** How a cargo is started. */
export interface CargoCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beyond this process's own. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface CargoBuildEvents {
  onArtifact(message: ArtifactMessage): void;
  onBuildScript(message: BuildScriptMessage): void;
  onDiagnostic(message: DiagnosticMessage): void;
}

export interface CargoBuildResult {
  readonly succeeded: boolean;
  /** The signal that ended cargo itself. */
  readonly signal: NodeJS.Signals | undefined;
  /** What cargo said on standard error, without its progress bar. */
  readonly log: string;
}

/** Tells what a cargo has used so far, also after its end; undefined where the system does not tell. */
export type UsageSoFar = () => ProcessUsage | undefined;

/** Runs one cargo and reports what it says as it says it. */
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
      // The bar is the only place where cargo says how much there is to do.
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
      // The last moment at which cargo itself can be asked what its compilers used.
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
      if (verbose || /^\s*(Downloading|Blocking|Updating) /.test(text)) progress.pass(text.trimEnd());
    },
  });
  meter?.[Symbol.dispose]();
  return { succeeded: result.exitCode === 0, signal: result.signal, log: log.join('\n') };
}

/** The bar is drawn over itself with carriage returns; what stands behind the last one is the line. */
function withoutBar(line: string): string {
  const text = line.split('\r').at(-1) ?? '';
  return /^\s*Building \[/.test(text) ? '' : text;
}
