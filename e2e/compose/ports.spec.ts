import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, docker, leftovers } from './engine.ts';
import { mill, MillWorkspace, type Running, service } from './mill.ts';

let workspace: MillWorkspace | undefined;
let running: Running | undefined;
const closing: (() => void)[] = [];
afterEach(async () => {
  await running?.interrupt();
  running = undefined;
  workspace?.remove();
  for (const close of closing.splice(0)) close();
});

function fresh(port: string, more: readonly string[] = []): MillWorkspace {
  workspace = new MillWorkspace({ grinder: service('serve', [`ports: ['${port}']`, ...more]) });
  workspace.place(mill());
  return workspace;
}

async function holdTcp(address: string, port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function holdUdp(address: string): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  closing.push(() => socket.close());
  return socket.address().port;
}

/** Returns the output of `up` if it ends without having started anything. */
async function refusal(one: MillWorkspace): Promise<string> {
  const refused = one.run(['run', 'stack:up']);
  await refused.ended();
  expect(refused.status).not.toBe(0);
  expect(leftovers(one.projectName)).toEqual([]);
  return refused.output;
}

async function up(one: MillWorkspace, ...args: string[]): Promise<string> {
  running = one.run(['run', 'stack:up', ...args]);
  await running.isUp();
  return running.output;
}

const published = (one: MillWorkspace, port: string) => docker('port', `${one.projectName}-grinder-1`, port);

describeWithEngine('a port that is taken', () => {
  it('for UDP is rejected with its holder, and moved if allowed', async () => {
    const port = await holdUdp('127.0.0.1');
    const one = fresh(`127.0.0.1:${port}:53/udp`);
    const output = await refusal(one);
    expect(output).toContain(`error[PORT_IN_USE]: port ${port}/udp, which grinder publishes, is taken`);
    expect(output).toMatch(new RegExp(`the process \\S+ \\(${process.pid}\\) uses it`));
    expect(await up(one, '--ports=auto')).toMatch(/127\.0\.0\.1:\d+ → 53\/udp \(\d+ is taken/);
    expect(published(one, '53/udp')).not.toBe(`127.0.0.1:${port}`);
  });

  it('for IPv6 is rejected with its holder, and moved if allowed', async () => {
    const port = await holdTcp('::1');
    const one = fresh(`[::1]:${port}:80`);
    const output = await refusal(one);
    expect(output).toContain(`error[PORT_IN_USE]: port ${port}, which grinder publishes, is taken`);
    expect(output).toMatch(new RegExp(`the process \\S+ \\(${process.pid}\\) uses it`));
    expect(await up(one, '--ports=auto')).toMatch(/\[::1\]:\d+ → 80 \(\d+ is taken/);
  });

  it('for IPv6 only is rejected if a service publishes it on all addresses', async () => {
    const port = await holdTcp('::1');
    expect(await refusal(fresh(`${port}:80`))).toContain(`error[PORT_IN_USE]: port ${port}`);
  });

  it('among several consecutive ones is named, and moved after them', async () => {
    await holdTcp('127.0.0.1', 38_441);
    const one = fresh('127.0.0.1:38440-38442:8000-8002');
    expect(await refusal(one)).toContain('error[PORT_IN_USE]: port 38441, which grinder publishes, is taken');
    const output = await up(one, '--ports=auto');
    expect(output).toContain('127.0.0.1:38440 → 8000\n');
    expect(output).toContain('127.0.0.1:38443 → 8001 (38441 is taken: ');
    expect(output).toContain('127.0.0.1:38442 → 8002\n');
  });

  it('in a range does not affect the others while enough are free', async () => {
    await holdTcp('127.0.0.1', 38_450);
    const one = fresh('127.0.0.1:38450-38451:80');
    expect(await up(one)).toContain('127.0.0.1:38451 → 80\n');
    await running?.interrupt();
    await holdTcp('127.0.0.1', 38_451);
    expect(await refusal(one)).toContain(
      'error[PORT_IN_USE]: ports 38450-38451, which grinder publishes, are taken',
    );
    expect(await up(one, '--ports=auto')).toContain('127.0.0.1:38452 → 80 (38450-38451 is taken: ');
  });
});

describeWithEngine('a port that the engine chooses', () => {
  it('is shown for each container', async () => {
    const one = fresh('127.0.0.1::80', ['deploy: { replicas: 2 }']);
    const output = await up(one);
    const shown = [...output.matchAll(/127\.0\.0\.1:(\d+) → 80\n/g)].map((match) => match[1] ?? '');
    const chosen = [1, 2].map((number) => docker('port', `${one.projectName}-grinder-${number}`, '80'));
    expect(shown.map((port) => `127.0.0.1:${port}`).sort()).toEqual(chosen.sort());
  });
});
