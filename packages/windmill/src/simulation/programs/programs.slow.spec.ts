import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import type { JsonObject } from '../../client/json.js';
import { systemClock } from '../../clock/clock.js';
import { createEngine } from '../../engine/create-engine.js';
import { createSimulation } from '../simulation.js';
import { programRunners } from './programs.js';

describeWithTool(describe, ['bash', 'python3'], 'a simulation that executes', () => {
  const languages = programRunners({
    baseUrl: 'http://127.0.0.1:1',
    token: 'a-token',
    cpu: 1,
    memory: 256,
    time: 20,
  });
  const engine = createEngine(
    { mode: 'simulate' },
    { simulation: createSimulation({ clock: systemClock, languages }) },
  );
  beforeAll(() => engine.start());
  afterAll(() => engine.stop());
  const run = async (language: string, content: string, args: JsonObject = {}) =>
    (await engine.executions.preview({ language, content }, args)).result();

  it.each<[string, string, JsonObject, unknown]>([
    ['bash', 'name="$1"\necho hello\necho "$name"', { name: 'a "b"' }, 'a "b"'],
    ['bash', 'echo \'{"a":1}\' > result.json', {}, { a: 1 }],
    ['bash', 'echo $WM_WORKSPACE $HOME_OF_NOBODY$MILLWRIGHT_SECRET', {}, 'main'],
    ['python3', 'def main(a: int, b=2):\n  print("x")\n  return {"sum": a + b}', { a: 1 }, { sum: 3 }],
    [
      'bun',
      'export async function main(b: string, a = "]", c?: number) { return { a, b, c } }',
      { a: '1', b: '2' },
      { a: '1', b: '2' },
    ],
    ['nativets', 'export const main = x => x * 2', { x: 4 }, 8],
  ])('runs %s: %s', async (language, content, args, expected) => {
    process.env.MILLWRIGHT_SECRET = 'not for scripts';
    expect(await run(language, content, args)).toEqual(expected);
  });

  it.each([
    ['bash', 'echo before; exit 3', /exit code for "bash run": 3, last log lines:\nbefore/],
    ['bash', 'while :; do :; done', /ended by SIG(?:XCPU|KILL); its limits are 1 s/],
    ['python3', 'def main():\n  raise ValueError("no")', /^ValueError: no/],
    ['python3', 'def main():\n  return len(bytearray(1 << 30))', /^MemoryError/],
    ['python3', 'def main(:', /^SyntaxError/],
    ['bun', 'export function main() { throw new TypeError("no") }', /^TypeError: no/],
    ['bun', 'export const other = 1', /exports no function `main`/],
  ])('reports how %s fails: %s', async (language, content, why) => {
    await expect(run(language, content)).rejects.toMatchObject({
      code: 'EXECUTION_FAILED',
      why: expect.stringMatching(why) as string,
    });
  });

  it('ends the program of a job that is canceled, and what it started', async () => {
    const script = 'sleep 98765 & echo $!; wait';
    const execution = await engine.executions.preview({ language: 'bash', content: script });
    let pid = 0;
    for await (const line of execution.logs()) {
      if (!/^\d+$/.test(line)) continue;
      pid = Number(line);
      await execution.cancel('enough');
    }
    await expect(execution.result()).rejects.toMatchObject({ code: 'EXECUTION_CANCELED' });
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
