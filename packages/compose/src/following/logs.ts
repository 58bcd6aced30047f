import { stripVTControlCharacters } from 'node:util';
import type { RunningStack } from '../lifecycle/start.js';

/**
 * Shows the logs of a running stack as they come. Compose stops following a container that is restarted, so that who
 * restarts one pauses the logs before and resumes them after; nothing is lost or shown twice.
 */
export class LogFollower {
  private stop: AbortController | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private pausedAt: string | undefined;

  constructor(private readonly running: RunningStack) {}

  /** Follows from where the logs were paused, else from their beginning. */
  resume(): void {
    const { session, compose } = this.running;
    if (!session.options.showLogs || this.stop) return;
    this.stop = new AbortController();
    const since = this.pausedAt === undefined ? [] : ['--since', this.pausedAt];
    this.ended = compose
      .onContainers(['logs', '--follow', '--no-color', ...since], {
        onStdout: (line) => {
          this.running.session.say(stripVTControlCharacters(line));
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
