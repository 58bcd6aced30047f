import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineName } from './engine.js';

const pollMilliseconds = 50;

/**
 * Holds a guardian (guardian.ts), which takes the stack down when told to or when this process is gone. It is the one
 * process here that does not go through `run`, which would end it with its parent.
 */
export class Guard {
  private constructor(
    private readonly pipe: Writable,
    private readonly pid: number,
  ) {}

  static async start(engine: EngineName, projectName: string, volumes: boolean): Promise<Guard> {
    const script = join(import.meta.dirname, 'guardian.js');
    const starter = spawn(process.execPath, [script, engine, projectName, String(volumes)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    // A guardian that is gone makes writing to it fail, which is nothing that anybody could mend.
    const pipe = starter.stdio[3] as Writable;
    pipe.on('error', () => undefined);
    const pid = await new Promise<number>((resolve, reject) => {
      starter.stdout?.once('data', (chunk: Buffer) => {
        resolve(Number(chunk.toString().trim()));
      });
      starter.once('error', reject);
    });
    starter.unref();
    return new Guard(pipe, pid);
  }

  /** Takes the stack down, and returns when that is done. */
  async takeDown(): Promise<void> {
    this.pipe.end();
    while (this.isAlive()) await sleep(pollMilliseconds);
  }

  private isAlive(): boolean {
    try {
      return process.kill(this.pid, 0);
    } catch {
      return false;
    }
  }
}
