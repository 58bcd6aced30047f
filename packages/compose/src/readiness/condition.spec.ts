import { describe, expect, it } from 'vitest';
import { conditionOf } from './condition.js';
import type { Phase, ServiceState } from './service-state.js';

const container = {
  ...{ id: '1', name: 'stack-a-1', service: 'a', status: 'exited', exitCode: 3, health: undefined },
  ...{
    healthOutput: '',
    restarts: 0,
    outOfMemory: false,
    error: '',
    startedAt: '',
    stopSignal: 'SIGTERM',
    hasOwnProcesses: true,
    ports: [],
  },
};

function state(service: string, phase: Phase, isThere = true): ServiceState {
  return {
    ...{ service, phase, detail: '', container: isThere ? container : undefined },
    ...(phase === 'failed' ? { code: 'SERVICE_ENDED' as const } : {}),
  };
}

const gone = (service: string) => state(service, 'waiting', false);

describe('conditionOf', () => {
  it.each<[string, ServiceState[], string[], object]>([
    ['all services run', [state('a', 'ready'), state('b', 'ended')], [], { kind: 'running' }],
    ['one is restarted by the engine', [state('a', 'starting')], [], { kind: 'running' }],
    [
      'one has ended',
      [state('a', 'failed'), state('b', 'ready')],
      [],
      { kind: 'ended', states: [state('a', 'failed')] },
    ],
    [
      'one was removed',
      [gone('a'), state('b', 'ready')],
      [],
      { kind: 'removed', services: ['a'], all: false },
    ],
    ['all were removed', [gone('a'), gone('b')], [], { kind: 'removed', services: ['a', 'b'], all: true }],
    [
      'one was removed and another has ended',
      [gone('a'), state('b', 'failed')],
      [],
      { kind: 'removed', services: ['a'], all: false },
    ],
    ['a one-shot that ended well was removed', [gone('a'), state('b', 'ready')], ['a'], { kind: 'running' }],
    [
      'all were removed, a one-shot among them',
      [gone('a'), gone('b')],
      ['a'],
      { kind: 'removed', services: ['b'], all: true },
    ],
    ['all have ended well', [state('a', 'ended'), gone('b')], ['b'], { kind: 'over' }],
  ])('where %s', (_, states, endedWell, expected) => {
    expect(conditionOf(states, new Set(endedWell), new Set())).toEqual(expected);
  });

  it('ignores services that are being restarted intentionally', () => {
    const states = [gone('a'), state('b', 'failed'), state('c', 'ready')];
    expect(conditionOf(states, new Set(), new Set(['a', 'b']))).toEqual({ kind: 'running' });
  });
});
