import { expect, it } from 'vitest';
import type { PortModel } from '../compose-cli/model.js';
import { type Address, addressLines, addressText, schemeOf } from './addresses.js';
import { addressVariables } from '../executors/e2e/executor.js';

const address = (published: number, target: number, more: Partial<Address> = {}): Address => ({
  ...{ service: 'dns', host: undefined, published, target, protocol: 'tcp', reason: undefined },
  ...more,
});

it.each<[Partial<Address>, string]>([
  [{}, '127.0.0.1:53'],
  [{ host: '10.0.0.1' }, '10.0.0.1:53'],
  [{ host: '::1' }, '[::1]:53'],
  [{ host: '::' }, '[::1]:53'],
])('addressText(%j)', (more, text) => {
  expect(addressText(address(53, 53, more))).toBe(text);
});

it('prints one line for consecutive ports', () => {
  const udp = { protocol: 'udp' };
  const lines = addressLines([
    ...[8000, 8001, 8002].map((port) => address(port, port)),
    address(53, 53, udp),
    address(54, 54, { ...udp, reason: '53 is taken' }),
    address(49_153, 80, { service: 'web' }),
    address(49_155, 80, { service: 'web', scheme: 'http' }),
    address(49_157, 443, { service: 'web', host: '::1', scheme: 'https' }),
  ]);
  expect(lines).toEqual([
    '  dns  127.0.0.1:8000-8002 → 8000-8002',
    '  dns  127.0.0.1:53 → 53/udp',
    '  dns  127.0.0.1:54 → 54/udp (53 is taken)',
    '  web  127.0.0.1:49153 → 80',
    '  web  http://127.0.0.1:49155 → 80',
    '  web  https://[::1]:49157 → 443',
  ]);
});

it.each<[PortModel, Address['scheme']]>([
  [{ target: 8080 }, 'http'],
  [{ target: 443, protocol: 'tcp' }, 'https'],
  [{ target: 443, protocol: 'udp' }, undefined],
  [{ target: 5432 }, undefined],
  [{ target: 9090, app_protocol: 'http' }, 'http'],
  [{ target: 8080, app_protocol: 'grpc' }, undefined],
])('links the port %j with the scheme %s', (port, scheme) => {
  expect(schemeOf(port)).toBe(scheme);
});

it('names the variables of a test after the container port', () => {
  const both = [address(5300, 53), address(5301, 53, { protocol: 'udp' }), address(5302, 53)];
  expect(addressVariables(both)).toEqual({
    STACK_DNS_53: '127.0.0.1:5300',
    STACK_DNS_53_UDP: '127.0.0.1:5301',
  });
});
