import { stripVTControlCharacters } from 'node:util';
import type { RunningStack } from '../lifecycle/start.js';

/**
 * Prints the logs of a running stack continuously. Compose stops following a container that is restarted,
 * so a caller that restarts one pauses the logs before and resumes them after. No line is lost or printed
 * twice.
 */
export class LogFollower {
  private stop: AbortController | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private pausedAt: string | undefined;

  constructor(private readonly running: RunningStack) {}

  /** Follows the logs from where they were paused, or from the beginning. */
  resume(): void {
    const { session, compose } = this.running;
    if (!session.options.showLogs || this.stop) return;
    this.stop = new AbortController();
    const since = this.pausedAt === undefined ? [] : ['--since', this.pausedAt];
    this.ended = compose
      .onContainers(['logs', '--follow', '--no-color', ...since], {
        onStdout: (line) => {
          this.running.session.print(stripVTControlCharacters(line));
        },
        onStderr: () => undefined,
        signal: this.stop.signal,
      })
      .catch(() => undefined);
  }

  async pause(): Promise<void> {
    if (!this.stop) return;
    this.pausedAt = new Date().toISOString();
    this.stop.abort();
    this.stop = undefined;
    await this.ended;
  }
}
