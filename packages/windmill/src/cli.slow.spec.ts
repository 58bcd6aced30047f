import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { createEngine } from './engine/create-engine.js';

const program = join(import.meta.dirname, '../dist/cli.js');

it('simulate serves a server that executes scripts, with the secret of the environment', async () => {
  const secret = 'a-long-enough-secret';
  const child = spawn(process.execPath, [program, 'simulate', '--port', '0', '--execute'], {
    env: { PATH: process.env.PATH, SUPERADMIN_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const [line] = await Array.fromAsync(firstLine(child.stdout));
    const baseUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(line ?? '')?.[0] ?? '';
    await using engine = createEngine({ mode: 'attach', baseUrl, token: secret }, { environment: {} });
    await engine.start();
    await engine.variables.create({ path: 'f/demo/who', value: 'Ada' });
    const content = [
      'url="$BASE_INTERNAL_URL/api/w/$WM_WORKSPACE/variables/get_value/f/demo/who"',
      `greeted='fetch(process.argv[1], { headers: { authorization: "Bearer " + process.env.WM_TOKEN } }).then(async (answer) => process.stdout.write(await answer.text()))'`,
      `echo "Hello $('${process.execPath}' --eval "$greeted" "$url")"`,
    ].join('\n');
    const hash = await engine.scripts.deploy({ path: 'f/demo/greet', language: 'bash', content });
    expect(await (await engine.scripts.run({ hash })).result()).toBe('Hello "Ada"');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
});

it.each([
  [['simulate', '--help'], 0, /SUPERADMIN_SECRET/],
  [['simulate', '--port', 'x'], 1, /must be a whole number/],
  [['simulat'], 1, /Did you mean simulate/],
  [['doctor', '--mode', 'supervise'], 1, /✖ configuration .*WINDMILL_BINARY_PATH/],
  [['doctor', '--mode', 'simulate'], 1, /Allowed choices are attach, supervise/],
])('%j exits with %d', (args, status, text) => {
  const env = { PATH: process.env.PATH };
  const result = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
  expect(result.status).toBe(status);
  expect(result.stdout + result.stderr).toMatch(text);
});

async function* firstLine(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  for await (const line of createInterface({ input })) {
    yield line;
    return;
  }
}
