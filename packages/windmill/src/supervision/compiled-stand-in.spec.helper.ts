import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesWithVariable } from '@millwright/toolkit/reaper';

/** The compiled files of this package, from its sources or themselves. */
export const dist = join(import.meta.dirname.replace(/\bsrc\b(?=\/supervision$)/, 'dist'), '..');

/** A password that no log may contain. */
export const password = 'p4ssw0rd-of-the-database';

/** A folder with a compiled stand-in for Windmill's binary. */
export class StandIn implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'millwright-stand-in-'));
  readonly binary = join(this.folder, 'windmill');

  /** @param version what `--version` prints */
  constructor(version = 'Windmill v1.533.1') {
    const program = join(dist, 'supervision/stand-in.spec.helper.js');
    const text = (value: string) => JSON.stringify(value);
    const source = `
      #include <stdio.h>
      #include <unistd.h>
      int main(int count, char **arguments) {
        if (count > 1) { puts(${text(version)}); return 0; }
        execl(${text(process.execPath)}, "windmill", ${text(program)}, NULL);
        return 127;
      }`;
    writeFileSync(join(this.folder, 'main.c'), source);
    execFileSync('cc', ['-o', this.binary, join(this.folder, 'main.c')]);
  }

  /** What makes the processes of one engine recognizable: the variable is inherited, except by jobs. */
  config(port: number, fault = '') {
    return {
      mode: 'supervise',
      binaryPath: this.binary,
      databaseUrl: `postgres://windmill:${password}@localhost:5432/windmill`,
      port,
      restarts: 3,
      workers: 2,
      drain: 1,
      variables: { STAND_IN: fault, STAND_IN_FOLDER: this.folder },
    } as const;
  }

  /** Processes of the stand-in, and programs of its jobs, which sleep for a number of seconds that names the round. */
  left(seconds: number): string[] {
    const servers = processesWithVariable('STAND_IN_FOLDER', this.folder).map(({ pid }) => `server ${pid}`);
    return [...servers, ...sleepers(seconds)];
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function sleepers(seconds: number): string[] {
  try {
    return execFileSync('pgrep', ['-f', `^sleep ${seconds}$`], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((pid) => `job ${pid}`);
  } catch {
    return []; // pgrep found nothing.
  }
}
