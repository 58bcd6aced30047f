import { describe, expect, it } from 'vitest';
import { createSimulation } from '../simulation/simulation.js';
import { createEngine } from './create-engine.js';

/** An engine, and how many scripts it has sent. */
const counting = async (config: { maxScriptSize?: number } = {}) => {
  const simulation = createSimulation();
  const sent: string[] = [];
  const fetch = (request: Request) => {
    if (request.url.endsWith('/scripts/create')) sent.push(request.url);
    return simulation.fetch(request);
  };
  const engine = createEngine({ mode: 'simulate', ...config }, { simulation: { ...simulation, fetch } });
  await engine.start();
  return { engine, sent };
};

describe('a broken script is refused before anything is sent', () => {
  it.each([
    ['python', 'def main(:\n', /^line 1, column 10: Expected/],
    ['typescript', 'export function main( {\n', /^line \d, column \d+: /],
    ['javascript', 'function main() { return }}\n', /^line 1, column 27: /],
    ['bash', 'echo "\n', /^line 1, column 6: .*closing quote/],
    ['sql', 'SELECT\nFROM FROM\n', /^line 2, column 6: syntax error at or near "FROM"/],
  ])('in %s', async (language, content, why) => {
    const { engine, sent } = await counting();
    const refused = engine.scripts.deploy({ path: 'f/a/b', language, content });
    await expect(refused).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      why: expect.stringMatching(why) as string,
    });
    expect(sent).toEqual([]);
  });

  it('also if it is too large', async () => {
    const { engine, sent } = await counting({ maxScriptSize: 5 });
    const refused = engine.scripts.create({ path: 'f/a/b', language: 'mysql', content: 'SELECT' });
    await expect(refused).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(sent).toEqual([]);
  });

  it('unless `check` is false', async () => {
    const { engine, sent } = await counting();
    await engine.scripts.create({ path: 'f/a/b', language: 'bash', content: 'echo "', check: false });
    expect(sent).toHaveLength(1);
  });
});

it('`languages` registers a checker and a runner, by any name of the language', async () => {
  const check = (code: string) => (code === '' ? [{ line: 1, column: 1, message: 'it is empty' }] : []);
  const run = () => 'ran';
  await using engine = createEngine({ mode: 'simulate' }, { languages: { mysql: { check }, js: { run } } });
  await engine.start();
  expect(await engine.scripts.validate({ language: 'mysql', content: '' })).toMatchObject({
    isChecked: true,
    problems: [{ message: 'it is empty' }],
  });
  const job = await engine.executions.preview({ language: 'javascript', content: '1' });
  expect(await job.result()).toBe('ran');
  const unknown = { languages: { cobol: {} } };
  expect(() => createEngine({ mode: 'simulate' }, unknown)).toThrow(
    expect.objectContaining({ code: 'LANGUAGE_UNKNOWN' }) as Error,
  );
});
