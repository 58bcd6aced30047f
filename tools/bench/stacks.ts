/** Measures the time from a changed binary to a healthy service: mounted, and copied into an image. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Absent } from './contenders.ts';
import { Built, image, Mounted, Watched } from './stack-ways.ts';

export const stackStep = 'changed binary to healthy service';

export interface StackSeries {
  readonly name: string;
  readonly seconds: readonly number[];
}

const source = `
#include <stdio.h>
#include <unistd.h>
int main(void) { fclose(fopen("/tmp/healthy", "w")); for (;;) pause(); }
`;

/** Measures the three ways round by round, so that each round has the same conditions. */
export function measureStacks(
  rounds: number,
  progress: (text: string) => void,
): Promise<(StackSeries | Absent)[]> {
  const why = missing();
  if (why !== undefined) return Promise.resolve([{ name: 'stacks', why }]);
  return measure(rounds, progress);
}

function missing(): string | undefined {
  const succeeds = (...args: string[]) => spawnSync('docker', args, { stdio: 'ignore' }).status === 0;
  if (!succeeds('compose', 'version') || !succeeds('version')) return 'no container engine answers';
  return succeeds('image', 'inspect', image) ? undefined : `the image ${image} is not there`;
}

async function measure(rounds: number, progress: (text: string) => void): Promise<StackSeries[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-stack-'));
  writeFileSync(join(folder, 'mill.c'), source);
  execFileSync('cc', ['-o', join(folder, 'mill'), join(folder, 'mill.c')]);
  const ways = [new Mounted(folder), new Watched(folder), new Built(folder)];
  try {
    for (const way of ways) await way.start();
    for (let round = 1; round <= rounds; round++) {
      progress(`stacks, round ${round} of ${rounds}`);
      for (const way of ways) await way.round();
    }
    return ways.map(({ name, seconds }) => ({ name, seconds }));
  } finally {
    for (const way of ways) await way.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
