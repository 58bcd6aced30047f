import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRepository } from './open.js';
import { TestRegistry } from './server.spec.helper.js';

let folder: string;
let registry: TestRegistry;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'open-'));
  writeFileSync(join(folder, 'config.json'), '{"credsStore":"not-installed"}');
  vi.stubEnv('DOCKER_CONFIG', folder);
  registry = await TestRegistry.start();
  registry.manifests.set('latest', { type: 'application/vnd.oci.image.index.v1+json', text: '{}' });
  // Requires a token, which everybody gets.
  registry.intercept = (request, response) => {
    if (request.url?.startsWith('/token') === true) {
      response.end('{"token":"t"}');
      return true;
    }
    if (request.headers.authorization === 'Bearer t') return false;
    const challenge = `Bearer realm="http://${registry.host}/token",service="registry"`;
    response.writeHead(401, { 'www-authenticate': challenge }).end();
    return true;
  };
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await registry[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('a credential helper that is not installed', () => {
  const open = (actions: 'pull' | 'pull,push') =>
    openRepository({ registry: registry.host, repository: 'app' }, actions, { plainHttp: false }, folder);

  it('does not stop the reading of public images', async () => {
    expect(await open('pull').manifest('latest')).toMatchObject({ text: '{}' });
  });

  it('stops a push, which needs a login', async () => {
    await expect(open('pull,push').manifest('latest')).rejects.toThrow(/docker-credential-not-installed/);
  });
});
