import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';

const dist = join(import.meta.dirname, '../dist');
const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/workflow-engine.md'), 'utf8');
const [program = ''] = /(?<=```ts\n).*?(?=```)/s.exec(guide) ?? [];
const [expected = ''] = /(?<=```text\n)pear.*?(?=```)/s.exec(guide) ?? [];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windmill-guide-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Writes the program of the guide, with the package that was compiled here, and runs it. */
async function runProgram(text: string, variables: Readonly<Record<string, string>> = {}) {
  const compiled = JSON.stringify(join(dist, 'index.js'));
  writeFileSync(join(folder, 'order.ts'), text.replace("'@millwright/windmill'", compiled));
  const child = spawn(process.execPath, ['order.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return { status: await ended, stdout, stderr };
}

describe('the guide', () => {
  it('runs its workflow without a server, and prints what the guide says', async () => {
    const { stdout, stderr } = await runProgram(program);
    expect(stdout, stderr).toBe(expected);
  });

  it('says truly that a wrong reference fails before anything runs', async () => {
    const { status, stdout, stderr } = await runProgram(program.replace('results.price', 'results.cost'));
    expect([status, stdout]).toEqual([1, '']);
    const [reason = ''] = /(?<=```text\n)modules.*/.exec(guide) ?? [];
    expect(stderr).toContain('VALIDATION_FAILED');
    expect(stderr).toContain(reason);
  });
});

describeWithTool(describe, ['python3'], 'the guide with programs', () => {
  it('runs the Python scripts of the same workflow', async () => {
    const secret = 'a-development-secret';
    const args = [join(dist, 'cli.js'), 'simulate', '--port', '0', '--execute'];
    const server = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, SUPERADMIN_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    try {
      const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
      const { value: line } = await lines.next();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '';
      const variables = { WINDMILL_BASE_URL: url, WINDMILL_TOKEN: secret };
      const { stdout, stderr } = await runProgram(program, variables);
      expect(stdout, stderr).toBe(expected);
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
});
