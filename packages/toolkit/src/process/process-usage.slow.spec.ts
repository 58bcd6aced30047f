import { expect, it } from 'vitest';
import { run } from './process.js';
import { type ProcessUsage, UsageMeter } from './process-usage.js';

it.runIf(process.platform === 'linux')(
  'measures the memory and time of a program and its child processes',
  async () => {
    const held = 200 * 1024 * 1024;
    const work = `const held = Buffer.alloc(${held}, 1); while (process.cpuUsage().user < 600_000); console.log(held.length)`;
    let usage: ProcessUsage | undefined;
    let meter: UsageMeter | undefined;
    const parent = `require('node:child_process').execFileSync(process.execPath, ['-e', ${JSON.stringify(work)}], { stdio: 'inherit' }); setTimeout(() => {}, 300)`;
    await run(process.execPath, ['-e', parent], {
      onStart: (pid) => {
        meter = new UsageMeter(pid);
      },
      onStdout: () => {
        usage = meter?.usage();
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
    await run('sleep', ['0.05'], {
      onStart: (pid) => {
        meter = new UsageMeter(pid);
      },
    });
    expect(meter?.usage()?.peakMemory).toBeGreaterThan(0);
    meter?.[Symbol.dispose]();
  },
);
