import { expect, it } from 'vitest';
import { collide, type Endpoint } from '../engine/endpoint.js';
import type { PortModel } from '../compose-cli/model.js';
import type { PortHolder } from '../engine/port-holder.js';
import { planPorts, type PortPlan } from './ports.js';

const process: PortHolder = { kind: 'process', name: 'miller', pid: 7 };
const container = { kind: 'container', name: 'x-1', stack: 'stack', checkout: '/other' } as const;
const sibling: PortHolder = { ...container, projectName: 'stack-2' };
const own: PortHolder = { ...container, projectName: 'stack-1', checkout: '/here' };

interface Case {
  readonly ports: Readonly<Record<string, readonly PortModel[]>>;
  readonly taken?: readonly Endpoint[];
  readonly holder?: PortHolder;
  readonly mode?: 'declared' | 'auto';
  readonly running?: readonly PortPlan[];
  readonly replicas?: number;
}

async function plan({ ports, taken = [], holder = process, mode = 'declared', ...rest }: Case) {
  const services = Object.fromEntries(
    Object.entries(ports).map(([name, list]) => [name, { ports: list, scale: rest.replicas ?? 1 }]),
  );
  const plans = await planPorts(
    { name: 'stack-1', services },
    {
      ...{ projectName: 'stack-1', stack: 'stack', checkout: '/here', mode, running: rest.running ?? [] },
      isFree: (endpoint) => Promise.resolve(!taken.some((one) => collide(one, endpoint))),
      holderOf: () => Promise.resolve(holder),
    },
  );
  return plans.map(({ published }) => published);
}

const port = (published: string, more: Partial<PortModel> = {}): PortModel => ({
  ...{ target: 80, published, protocol: 'tcp' },
  ...more,
});
const tcp = (number: number, address?: string): Endpoint => ({ protocol: 'tcp', address, port: number });
const udp = (number: number, address?: string): Endpoint => ({ protocol: 'udp', address, port: number });

it.each<[what: string, Case, published: string[]]>([
  ['a free port', { ports: { a: [port('80')] } }, ['80']],
  ['a port that the engine chooses', { ports: { a: [port(''), port('0')] } }, []],
  [
    'the same number for TCP and UDP',
    { ports: { dns: [port('53'), port('53', { protocol: 'udp' })] }, mode: 'auto' },
    ['53', '53'],
  ],
  [
    'the same number at two addresses',
    { ports: { a: [port('80', { host_ip: '127.0.0.1' }), port('80', { host_ip: '127.0.0.2' })] } },
    ['80', '80'],
  ],
  [
    'a port that is taken at another address',
    { ports: { a: [port('80', { host_ip: '::1' })] }, taken: [tcp(80, '0.0.0.0'), udp(80)] },
    ['80'],
  ],
  [
    'a UDP port, moved',
    { ports: { a: [port('80', { protocol: 'udp' })] }, taken: [udp(80)], mode: 'auto' },
    ['81'],
  ],
  [
    'an IPv6 port, moved',
    { ports: { a: [port('80', { host_ip: '::1' })] }, taken: [tcp(80, '::')], mode: 'auto' },
    ['81'],
  ],
  [
    'a port that moves beyond the other ports of the stack',
    { ports: { a: [port('80'), port('81')], b: [port('82')] }, taken: [tcp(80)], mode: 'auto' },
    ['83', '81', '82'],
  ],
  ['a range with one free port', { ports: { a: [port('80-82')] }, taken: [tcp(80), tcp(82)] }, ['80-82']],
  [
    'a fully used range, moved',
    { ports: { a: [port('80-81')] }, taken: [tcp(80), tcp(81)], mode: 'auto' },
    ['82'],
  ],
  [
    'a range for three containers, moved to three consecutive ports',
    { ports: { a: [port('80-83')] }, replicas: 3, taken: [tcp(80), tcp(83), tcp(85)], mode: 'auto' },
    ['86-88'],
  ],
  [
    'a range that includes the port of another service',
    { ports: { a: [port('80')], b: [port('80-81')], c: [port('80-81')] }, mode: 'auto' },
    ['80', '80-81', '82'],
  ],
  ['the port of another checkout', { ports: { a: [port('80')] }, taken: [tcp(80)], holder: sibling }, ['81']],
  ['the port of the stack itself', { ports: { a: [port('80')] }, taken: [tcp(80)], holder: own }, ['80']],
  [
    'a port that moved when the stack was started',
    {
      ports: { a: [port('80')], b: [port('81')] },
      taken: [tcp(80), tcp(82)],
      mode: 'auto',
      running: [{ service: 'a', port: port('80'), declared: '80', published: '82', reason: 'taken' }],
    },
    ['82', '81'],
  ],
  ['another protocol', { ports: { a: [port('80', { protocol: 'sctp' })] }, taken: [tcp(80)] }, ['80']],
])('%s', async (_, request, published) => {
  expect(await plan(request)).toEqual(published);
});

it.each<[what: string, Case, problem: { what: string; why: string }]>([
  [
    'a port',
    { ports: { a: [port('80')] }, taken: [tcp(80)] },
    { what: 'port 80, which a publishes, is taken', why: 'the process miller (7) uses it' },
  ],
  [
    'a UDP port',
    { ports: { a: [port('80', { protocol: 'udp' })] }, taken: [udp(80)] },
    { what: 'port 80/udp, which a publishes, is taken', why: 'the process miller (7) uses it' },
  ],
  [
    'a range with too few ports for all containers',
    { ports: { a: [port('80-82')] }, replicas: 2, taken: [tcp(80), tcp(82)] },
    { what: 'ports 80-82, which a publishes, are taken', why: 'the process miller (7) uses it' },
  ],
  [
    'a port that two services publish',
    { ports: { a: [port('80')], b: [port('80', { host_ip: '127.0.0.1' })] } },
    { what: 'port 80, which b publishes, is taken', why: 'the service a publishes it too' },
  ],
  [
    'a port near the highest number',
    { ports: { a: [port('65535')] }, taken: [tcp(65_535)], mode: 'auto' },
    {
      what: 'port 65535, which a publishes, and the 500 after it are taken',
      why: 'the process miller (7) uses it',
    },
  ],
])('rejects %s', async (_, request, problem) => {
  await expect(plan(request)).rejects.toMatchObject({ code: 'PORT_IN_USE', ...problem });
});
