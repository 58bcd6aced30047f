import { describe, expect, it } from 'vitest';
import type { Container } from '../engine/containers.js';
import type { ServiceModel } from '../compose-cli/model.js';
import { endOf, isOneShot, stateOf } from './service-state.js';

const container: Container = {
  id: '1',
  name: 'stack-a-1',
  service: 'a',
  status: 'running',
  exitCode: 0,
  health: undefined,
  healthOutput: '',
  restarts: 0,
  outOfMemory: false,
  stopSignal: 'SIGTERM',
  hasOwnProcesses: true,
  error: '',
  startedAt: '',
  ports: [],
};
const checked: ServiceModel = { healthcheck: { test: ['CMD', 'true'] } };
const published: ServiceModel = { ports: [{ target: 80 }] };

describe('stateOf', () => {
  it.each<[string, ServiceModel, Partial<Container>[], number, string, string?]>([
    ['no container yet', {}, [], 0, 'waiting'],
    ['created', {}, [{ status: 'created' }], 0, 'waiting'],
    [
      'created, and failed to start',
      {},
      [{ status: 'created', error: 'no such file' }],
      0,
      'failed',
      'SERVICE_ENDED',
    ],
    ['running for a moment', {}, [{}], 10, 'starting'],
    ['running', {}, [{}], 1_000, 'ready'],
    ['not healthy yet', checked, [{ health: 'starting' }], 9_000, 'starting'],
    ['healthy', checked, [{ health: 'healthy' }], 0, 'ready'],
    ["healthy by the image's own check", {}, [{ health: 'healthy' }], 0, 'ready'],
    ['unhealthy', checked, [{ health: 'unhealthy' }], 0, 'failed', 'SERVICE_UNHEALTHY'],
    ['a check that is switched off', { healthcheck: { disable: true } }, [{}], 2_000, 'ready'],
    ['a one-shot that ended well', {}, [{ status: 'exited' }], 0, 'ended'],
    ['a one-shot that failed', {}, [{ status: 'exited', exitCode: 1 }], 0, 'failed', 'SERVICE_ENDED'],
    ['a server that ended', published, [{ status: 'exited' }], 0, 'failed', 'SERVICE_ENDED'],
    [
      'restarting',
      { restart: 'always' },
      [{ status: 'restarting', exitCode: 1, restarts: 2 }],
      0,
      'starting',
    ],
    ['one of two replicas', { deploy: { replicas: 2 } }, [{}], 2_000, 'waiting'],
    ['two replicas', { deploy: { replicas: 2 } }, [{}, {}], 2_000, 'ready'],
    [
      'two replicas, one failed',
      { scale: 2 },
      [{}, { status: 'exited', exitCode: 9 }],
      2_000,
      'failed',
      'SERVICE_ENDED',
    ],
    ['no replicas wanted', { scale: 0 }, [], 0, 'ended'],
  ])('%s', (_, service, containers, runningFor, phase, code) => {
    const state = stateOf(
      'a',
      service,
      containers.map((one) => ({ ...container, ...one })),
      () => runningFor,
    );
    expect([state.phase, state.code]).toEqual([phase, code]);
  });
});

it.each<[ServiceModel, boolean]>([
  [{}, true],
  [{ restart: 'on-failure' }, true],
  [{ restart: 'always' }, false],
  [{ restart: 'unless-stopped' }, false],
  [checked, false],
  [published, false],
])('isOneShot(%j) is %s', (service, expected) => {
  expect(isOneShot(service)).toBe(expected);
});

it.each<[Partial<Container>, string]>([
  [{ exitCode: 3 }, 'exit code 3'],
  [{ exitCode: 137 }, 'exit code 137 (signal 9)'],
  [{ exitCode: 137, outOfMemory: true }, 'exit code 137 (signal 9): it ran out of memory'],
  [{ exitCode: 127 }, 'exit code 127: the program was not found'],
  [{ exitCode: 126 }, 'exit code 126: the program cannot be executed'],
])('endOf(%j)', (end, expected) => {
  expect(endOf({ ...container, ...end })).toBe(expected);
});
