import { expect, it } from 'vitest';
import { pullProblem } from './image.js';

const missing = 'the image mill:1 does not exist or requires a login';
const unreachable = 'cannot pull the image mill:1, which is not available locally';

it.each([
  ['Error response from daemon: manifest for mill:1 not found: manifest unknown: manifest unknown', missing],
  [
    "Error response from daemon: pull access denied for mill, repository does not exist or may require 'docker login'",
    missing,
  ],
  ['Error response from daemon: failed to resolve reference "docker.io/library/mill:1": not found', missing],
  [
    'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    unreachable,
  ],
  [
    'Error response from daemon: Get "https://registry.example/v2/": net/http: request canceled (Client.Timeout exceeded)',
    unreachable,
  ],
  ['Error response from daemon: dial tcp 10.0.0.1:443: connect: connection refused', unreachable],
  ['Error response from daemon: lookup registry.example on 10.0.0.53:53: server misbehaving', unreachable],
])('explains a pull that fails with "%s"', (stderr, what) => {
  expect(pullProblem('docker', 'mill:1', `Using default tag\n${stderr}\n`)).toMatchObject({
    what,
    output: expect.any(String) as string,
  });
});

it('names the engine in use in the command to pull an image', () => {
  const { remedy } = pullProblem('podman', 'mill:1', 'dial tcp: connection refused');
  expect(remedy).toContain('podman pull mill:1');
});

it('reports a cause if a pull fails without a message', () => {
  expect(pullProblem('docker', 'mill:1', '').why).toBe('no error message was printed');
});
