import { setImmediate } from 'node:timers/promises';
import { type Clock, reasonOf } from './clock.js';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A clock on which nobody waits: when everything that is not asleep has come to rest, time jumps to the next timer.
 * Hours of retries and timeouts pass in milliseconds, always in the same order.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];
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
        this.#timers = this.#timers.filter((other) => other !== timer);
        if (signal !== undefined) reject(reasonOf(signal));
      };
      const fire = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, fire };
      this.#timers.push(timer);
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
    for (let next = this.#next(); next !== undefined && next.at <= end; next = this.#next()) {
      this.#fire(next);
      await this.#rest();
    }
    this.#now = end;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    await this.#rest();
    for (let next = this.#next(); next !== undefined && this.#held === 0; next = this.#next()) {
      this.#fire(next);
      await this.#rest();
    }
    this.#running = false;
  }

  #fire(timer: Timer): void {
    this.#timers = this.#timers.filter((other) => other !== timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.fire();
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        first === undefined ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }

  /** Streams and promises of a request take some turns of the event loop. */
  async #rest(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  }
}
