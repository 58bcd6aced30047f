import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from './process.js';
import { type ProcessUsage, UsageMeter } from './process-usage.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-usage-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.runIf(process.platform === 'linux')(
  'measures the memory and time of a program and its child processes',
  async () => {
    const held = 200 * 1024 * 1024;
    const work = `const held = Buffer.alloc(${held}, 1); while (process.cpuUsage().user < 600_000); console.log(held.length)`;
    let usage: ProcessUsage | undefined;
    let meter: UsageMeter | undefined;
    const measured = join(folder, 'measured');
    const parent = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(work)}], { stdio: 'inherit' });
      while (!require('node:fs').existsSync(${JSON.stringify(measured)}));`;
    await run(process.execPath, ['-e', parent], {
      onStart: (pid) => {
        meter = new UsageMeter(pid);
      },
      onStdout: () => {
        usage = meter?.usage();
        writeFileSync(measured, '');
      },
    });
    meter?.[Symbol.dispose]();
    expect(usage?.peakMemory).toBeGreaterThan(held);
    expect(usage?.cpuTime).toBeGreaterThan(300);
  },
);

it.runIf(process.platform === 'linux')(
  'measures the memory of a program that ends before the first interval is over',
  async () => {
    let meter: UsageMeter | undefined;
    const started = join(folder, 'started');
    await run('sh', ['-c', 'until [ -e "$0" ]; do :; done', started], {
      onStart: (pid) => {
        meter = new UsageMeter(pid);
        writeFileSync(started, '');
      },
    });
    expect(meter?.usage()?.peakMemory).toBeGreaterThan(0);
    meter?.[Symbol.dispose]();
  },
);
