import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const ours = JSON.stringify(
  pathToFileURL(join(import.meta.dirname, '../../dist/process/end-with-parent.js')).href,
);

/** Starts a process with a blocked child process, and kills the first one. */
async function heldUpChild(watches: boolean): Promise<number> {
  const child = `
    import { endWithParent } from ${ours};
    // Keeps the process running until then.
    setInterval(() => {}, 60_000);
    const block = () => { console.log(process.pid); for (;;); };
    ${watches ? "globalThis.NX_PLUGIN_WORKER = true; process.once('worker', (thread) => thread.once('online', block));" : ''}
    endWithParent();
    ${watches ? '' : 'setImmediate(setImmediate, block);'}`;
  const parent = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { spawn } from 'node:child_process';
    spawn(process.execPath, ['--input-type=module', '--eval', ${JSON.stringify(child)}], {
      stdio: ['ignore', 'inherit', 'inherit'], detached: true });`,
  ]);
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  parent.kill('SIGKILL');
  return Number(line);
}

/** Returns true if the process is running. An ended process may still await its parent. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

it('ends a blocked plugin worker once its parent is gone, but no other process', async () => {
  const [watched, other] = await Promise.all([heldUpChild(true), heldUpChild(false)]);
  try {
    await expect.poll(() => isRunning(watched), { timeout: 30_000 }).toBe(false);
    expect(isRunning(other)).toBe(true);
  } finally {
    process.kill(other, 'SIGKILL');
  }
});
