import { expect, it } from 'vitest';
import { parseEvent } from './events.js';

const labels = { 'com.docker.compose.service': 'mill', 'com.docker.compose.oneoff': 'False' };
const mill = { service: 'mill', oneOff: false, exitCode: undefined };

it.each<[what: string, event: object, expected: object]>([
  [
    "Docker's",
    { Type: 'container', Action: 'die', Actor: { Attributes: { ...labels, exitCode: '3' } } },
    { ...mill, action: 'die', exitCode: '3' },
  ],
  [
    'a failed health check in Docker',
    { Action: 'health_status: unhealthy', Actor: { Attributes: labels } },
    { ...mill, action: 'unhealthy' },
  ],
  [
    "podman's",
    { Type: 'container', Status: 'died', ContainerExitCode: 3, Attributes: labels },
    { ...mill, action: 'die', exitCode: '3' },
  ],
  [
    'a failed health check in podman',
    { Status: 'health_status', HealthStatus: 'unhealthy', Attributes: labels },
    { ...mill, action: 'unhealthy' },
  ],
  [
    'a passed health check in podman',
    { Status: 'health_status', HealthStatus: 'healthy', Attributes: labels },
    { action: 'health_status', isHealthy: true },
  ],
  [
    'a passed health check in Docker',
    { Action: 'health_status: healthy', Actor: { Attributes: labels } },
    { isHealthy: true },
  ],
  ['a removal', { Action: 'destroy', Actor: { Attributes: labels } }, { ...mill, action: 'destroy' }],
  ['a removal in podman', { Status: 'remove', Attributes: labels }, { ...mill, action: 'destroy' }],
  [
    'an event of a compose run container',
    { Action: 'die', Actor: { Attributes: { 'com.docker.compose.oneoff': 'True' } } },
    { oneOff: true },
  ],
])('reads %s', (_, event, expected) => {
  expect(parseEvent(JSON.stringify(event))).toMatchObject(expected);
});
