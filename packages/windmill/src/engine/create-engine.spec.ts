import { describe, expect, it } from 'vitest';
import { hasCode } from '../errors.js';
import { createEngine } from './create-engine.js';

const scripts = { 'f/demo/greet': ({ name }: Record<string, unknown>) => `Hello ${String(name)}` };

describe('an engine on a simulation', () => {
  it('deploys a script, runs it, and returns its result', async () => {
    await using engine = createEngine({ mode: 'simulate' }, { simulation: { scripts } });
    await engine.start();
    const hash = await engine.scripts.deploy({
      path: 'f/demo/greet',
      language: 'python',
      content: 'def main(name): ...',
    });
    const run = await engine.scripts.run<string>({ hash }, { name: 'Ada' });
    expect(await run.result()).toBe('Hello Ada');
    expect(run.simulated).toBe(true);
    expect((await run.status()).state).toBe('succeeded');
  });

  it('streams the lines of a log until the job ends, over several streams of the server', async () => {
    const slow = async (
      _: unknown,
      context: { log(text: string): void; sleep(ms: number): Promise<void> },
    ) => {
      for (let line = 1; line <= 5; line++) {
        context.log(`tick ${line}\n`);
        await context.sleep(20_000);
      }
    };
    await using engine = createEngine({ mode: 'simulate' }, { simulation: { languages: { bash: slow } } });
    await engine.start();
    const run = await engine.executions.preview({ language: 'bash', content: 'tick' });
    const lines: string[] = [];
    for await (const line of run.logs()) if (line.startsWith('tick')) lines.push(line);
    expect(lines).toEqual(['tick 1', 'tick 2', 'tick 3', 'tick 4', 'tick 5']);
  });

  it.each([
    ['start', 'new'],
    ['stop', 'stopped'],
  ])('refuses work outside its life (%s)', async (_, state) => {
    const engine = createEngine({ mode: 'simulate' });
    if (state === 'stopped') {
      await engine.start();
      await engine.stop();
    }
    const error = await engine.scripts.exists('f/a/b').catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'ENGINE_NOT_READY')).toBe(true);
  });
});
