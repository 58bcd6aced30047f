import { setImmediate } from 'node:timers/promises';
import { type Clock, reasonOf } from './clock.js';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * A clock on which nobody waits: when everything that is not asleep has come to rest, time jumps to the next timer.
 * Hours of retries and timeouts pass in milliseconds, always in the same order.
 */
export class VirtualClock implements Clock {
  #now: number;
  /** The next one first; of those due at one time, the oldest. */
  readonly #timers: Timer[] = [];
  #held = 0;
  #running = false;
  readonly #automatic: boolean;

  /** @param options `automatic: false` leaves time to `advance` alone */
  constructor(options: { readonly start?: number; readonly automatic?: boolean } = {}) {
    this.#now = options.start ?? Date.UTC(2026, 0, 1);
    this.#automatic = options.automatic ?? true;
  }

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(reasonOf(signal));
        return;
      }
      const stop = () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
        if (signal !== undefined) reject(reasonOf(signal));
      };
      const fire = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = { at: this.#now + (milliseconds > 0 ? milliseconds : 0), fire };
      const later = this.#timers.findLastIndex(({ at }) => at <= timer.at) + 1;
      this.#timers.splice(later, 0, timer);
      signal?.addEventListener('abort', stop, { once: true });
      if (this.#automatic) void this.#run();
    });
  }

  /** Keeps time still while real work goes on, such as a process or a request over a socket. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    this.#held++;
    try {
      return await work;
    } finally {
      this.#held--;
      if (this.#automatic) void this.#run();
    }
  }

  /** Lets time pass, and everything happen that is due. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await this.#rest();
    while ((this.#timers[0]?.at ?? Infinity) <= end) {
      this.#fireNext();
      await this.#rest();
    }
    this.#now = end;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#rest();
    while (this.#timers.length > 0 && this.#held === 0) {
      this.#fireNext();
      await this.#rest();
    }
    this.#running = false;
  }

  #fireNext(): void {
    const timer = this.#timers.shift();
    if (timer === undefined) return;
    this.#now = Math.max(this.#now, timer.at);
    timer.fire();
  }

  /** Streams and promises of a request take some turns of the event loop. */
  async #rest(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  }
}
