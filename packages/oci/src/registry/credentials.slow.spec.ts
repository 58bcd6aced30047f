import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findCredential } from './credentials.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Writes a credential helper that answers with a shell script. */
function helper(name: string, script: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
const find = (config: object | string, registry = 'ghcr.io') => {
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return findCredential(registry, 'team/app', {
    DOCKER_CONFIG: folder,
    XDG_CONFIG_HOME: folder,
    XDG_RUNTIME_DIR: folder,
  });
};

describe('a credential helper', () => {
  it('is asked for the registry on standard input', async () => {
    helper('test', 'read -r server; printf \'{"Username":"u","Secret":"%s %s"}\' "$1" "$server"');
    expect(await find({ credHelpers: { 'ghcr.io': 'test' } })).toEqual({
      user: 'u',
      password: 'get ghcr.io',
    });
    expect(await find({ credsStore: 'test' }, 'docker.io')).toEqual({
      user: 'u',
      password: 'get https://index.docker.io/v1/',
    });
  });

  it('may return a refresh token', async () => {
    helper('test', 'echo \'{"Username":"<token>","Secret":"t"}\'');
    expect(await find({ credsStore: 'test' })).toEqual({ identityToken: 't' });
  });

  it('may have none for the registry, which may need none', async () => {
    helper('test', 'echo "credentials not found in native keychain"; exit 1');
    expect(await find({ credsStore: 'test' })).toBeUndefined();
  });

  it.each([
    ['fails', 'echo "error: the keychain is locked" >&2; exit 1', /keychain is locked/],
    ['answers with something else', 'echo secret-text', /its answer is not JSON with Username and Secret/],
  ])('that %s is named, and nothing that it printed on success', async (_, script, why) => {
    helper('test', script);
    await expect(find({ credsStore: 'test' })).rejects.toMatchObject({
      code: 'REGISTRY_CREDENTIALS_INVALID',
      what: expect.stringContaining('the credential helper docker-credential-test') as string,
      why: expect.stringMatching(why) as string,
    });
    await expect(find({ credsStore: 'test' })).rejects.not.toThrow(/secret-text/);
  });

  it('that is not installed is named', async () => {
    await expect(find({ credsStore: 'not-installed' })).rejects.toThrow(/docker-credential-not-installed/);
  });

  it('cannot be a path', async () => {
    await expect(find({ credsStore: '../x' })).rejects.toMatchObject({
      code: 'REGISTRY_CREDENTIALS_INVALID',
    });
  });
});

it('a damaged file is named, and its content is not quoted', async () => {
  const error: unknown = await find('{"auths": {"ghcr.io": {"auth": "c2VjcmV0"').catch(
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'REGISTRY_CREDENTIALS_INVALID', why: 'the file is not valid JSON' });
  expect(String(error)).not.toContain('c2VjcmV0');
});

it('variables apply to the registry that they name, and to no other', async () => {
  const env = {
    MILLWRIGHT_REGISTRY: 'ghcr.io',
    MILLWRIGHT_REGISTRY_USER: 'u',
    MILLWRIGHT_REGISTRY_PASSWORD: 'p',
    DOCKER_CONFIG: folder,
    XDG_CONFIG_HOME: folder,
  };
  expect(await findCredential('ghcr.io', 'app', env)).toEqual({ user: 'u', password: 'p' });
  expect(await findCredential('quay.io', 'app', env)).toBeUndefined();
});
