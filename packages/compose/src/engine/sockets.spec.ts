import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { collide, type Endpoint } from './endpoint.js';
import { containerHolder } from './port-holder.js';
import { isFree, listeningProcess, listeningSockets } from './sockets.js';

const at = (address: string | undefined, port = 80, protocol: Endpoint['protocol'] = 'tcp'): Endpoint => ({
  ...{ protocol, address, port },
});

it.each<[Endpoint, Endpoint, boolean]>([
  [at(undefined), at('127.0.0.1'), true],
  [at('127.0.0.1'), at('0.0.0.0'), true],
  [at('127.0.0.1'), at('127.0.0.2'), false],
  [at('127.0.0.1'), at('::'), false],
  [at('::'), at('0:0:0:0:0:0:0:1'), true],
  [at('::1'), at('0:0:0:0:0:0:0:1'), true],
  [at(undefined), at(undefined, 81), false],
  [at(undefined), at(undefined, 80, 'udp'), false],
])('collide(%j, %j) is %s', (one, other, expected) => {
  expect(collide(one, other)).toBe(expected);
  expect(collide(other, one)).toBe(expected);
});

it('parses the socket table of the kernel', () => {
  const head =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const row = (address: string, state: string) =>
    `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1\n`;
  const rows = [
    row('0100007F:1F90', '0A'),
    row('0100007F:1F91', '01'),
    row('00000000000000000000000001000000:1F92', '0A'),
    row('00000000000000000000000000000000:1F93', '0A'),
    row('0000000000000000FFFF00000100007F:1F94', '0A'),
  ].join('');
  const found = listeningSockets(head + rows, 'tcp').map(({ endpoint }) => endpoint);
  const expected = [at('127.0.0.1', 8080), at('::1', 8082), at(undefined, 8083), at('127.0.0.1', 8084)];
  expect(found).toHaveLength(expected.length);
  for (const [index, one] of found.entries())
    expect(collide(one, expected[index] ?? at('9.9.9.9'))).toBe(true);
});

it('finds the container that publishes the address', () => {
  const container = (name: string, address: string) => ({
    ...{ Name: `/${name}`, Config: { Labels: { 'dev.millwright.stack': name } } },
    NetworkSettings: { Ports: { '80/tcp': [{ HostIp: address, HostPort: '8080' }], '81/tcp': null } },
  });
  const json = JSON.stringify([container('one', '127.0.0.2'), container('two', '127.0.0.1')]);
  expect(containerHolder(json, at('127.0.0.1', 8080))).toMatchObject({ name: 'two', stack: 'two' });
  expect(containerHolder(json, at('127.0.0.1', 8080, 'udp'))).toBeUndefined();
  expect(containerHolder('', at('127.0.0.1', 8080))).toBeUndefined();
});

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function hold(protocol: Endpoint['protocol'], address: string): Promise<number> {
  if (protocol === 'udp') {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve) => socket.bind({ port: 0, address }, resolve));
    closing.push(() => socket.close());
    return socket.address().port;
  }
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ port: 0, host: address }, resolve));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

it.each<[Endpoint['protocol'], string]>([
  ['tcp', '127.0.0.1'],
  ['tcp', '::1'],
  ['udp', '127.0.0.1'],
  ['udp', '::1'],
])('detects that %s on %s is in use, and by which process', async (protocol, address) => {
  const port = await hold(protocol, address);
  for (const listenAddress of [address, undefined]) {
    expect(await isFree({ protocol, address: listenAddress, port })).toBe(false);
    expect(listeningProcess({ protocol, address: listenAddress, port })?.pid).toBe(process.pid);
  }
  expect(await isFree({ protocol: protocol === 'tcp' ? 'udp' : 'tcp', address, port })).toBe(true);
});
