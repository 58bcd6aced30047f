import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.js';
import { credentialFiles, sourceIn } from './credentials.js';
import { failureOf } from './failures.js';
import { parseRetryAfter, waitBefore } from './retry.js';
import { RegistrySession } from './session.js';

describe('a challenge', () => {
  it.each<[string, [string, Record<string, string>][]]>([
    ['Basic realm="a, b"', [['basic', { realm: 'a, b' }]]],
    [
      'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull,push"',
      [
        [
          'bearer',
          { realm: 'https://auth.example.com/token', service: 'registry', scope: 'repository:a:pull,push' },
        ],
      ],
    ],
    [
      'Basic realm=x, Bearer realm="y"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y' }],
      ],
    ],
    ['', []],
    ['"', []],
  ])('%j', (header, expected) => {
    expect(
      parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]),
    ).toEqual(expected);
  });
});

describe('a wait', () => {
  const none = { status: undefined, retryAfter: undefined };
  it.each([
    ['doubles without an answer', none, 3, 2_000],
    ['follows seconds', { status: 429, retryAfter: '12' }, 1, 12_000],
    ['follows a date', { status: 503, retryAfter: 'Thu, 01 Jan 1970 00:00:30 GMT' }, 1, 30_000],
    ['ignores what is neither', { status: 503, retryAfter: 'soon' }, 1, 500],
    ['is none for a refusal', { status: 403, retryAfter: undefined }, 1, undefined],
    ['is none for an hour', { status: 429, retryAfter: '3600' }, 1, undefined],
    ['is none after six attempts', none, 6, undefined],
  ])('%s', (_, answer, attempt, expected) => {
    expect(waitBefore(answer, attempt, 1, 0)).toBe(expected);
  });

  it('is not negative for a date in the past', () => {
    expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:30 GMT', 60_000)).toBe(0);
  });
});

describe('credentials in a file', () => {
  const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
  const user = { credential: { user: 'u', password: 'p:q' } };
  it.each<[string, Parameters<typeof sourceIn>[0], string, unknown]>([
    ['of Docker', { auths: { 'ghcr.io': auth('u:p:q') } }, 'ghcr.io', user],
    ['with a URL as key', { auths: { 'https://ghcr.io/v2/': auth('u:p:q') } }, 'ghcr.io', user],
    ['of Docker Hub', { auths: { 'https://index.docker.io/v1/': auth('u:p:q') } }, 'docker.io', user],
    [
      'of a repository, before those of its registry',
      { auths: { 'ghcr.io': auth('a:b'), 'ghcr.io/team': auth('u:p:q') } },
      'ghcr.io',
      user,
    ],
    ['in plain fields', { auths: { 'ghcr.io': { username: 'u', password: 'p:q' } } }, 'ghcr.io', user],
    [
      'a refresh token',
      { auths: { 'ghcr.io': { ...auth('u:'), identitytoken: 't' } } },
      'ghcr.io',
      { credential: { identityToken: 't' } },
    ],
    [
      'in a helper of the registry',
      { credHelpers: { 'ghcr.io': 'pass' }, credsStore: 'other' },
      'ghcr.io',
      { helper: 'pass', key: 'ghcr.io' },
    ],
    [
      'in a store',
      { auths: { 'docker.io': {} }, credsStore: 'desktop' },
      'docker.io',
      { helper: 'desktop', key: 'https://index.docker.io/v1/' },
    ],
    ['of another registry', { auths: { 'ghcr.io.example.com': auth('a:b') } }, 'ghcr.io', undefined],
    ['with a name of JavaScript', { auths: {} }, 'constructor', undefined],
  ])('%s', (_, file, registry, expected) => {
    expect(sourceIn(file, registry, 'team/app')).toEqual(expected);
  });

  it('are looked up in the files of Docker and of podman', () => {
    const env = { DOCKER_CONFIG: '/docker', XDG_RUNTIME_DIR: '/run/user/1' };
    expect(credentialFiles(env, '/home/a')).toEqual([
      '/docker/config.json',
      '/run/user/1/containers/auth.json',
      '/home/a/.config/containers/auth.json',
    ]);
  });
});

it('a connection that is closed when an upload starts may mean that the repository does not exist', async () => {
  const failure = (path: string) =>
    failureOf('r.io', 'cannot push', new URL(`https://r.io/v2/app/${path}`), {
      error: new Error('socket hang up'),
    });
  expect((await failure('blobs/uploads/')).remedy).toContain('check that the repository exists');
  expect((await failure('manifests/latest')).remedy).not.toContain('the repository exists');
});

describe('an address that a registry names', () => {
  const session = (plainHttp: boolean) =>
    new RegistrySession({ registry: 'ghcr.io', repository: 'app' }, 'pull', {
      send: () => Promise.reject(new Error('nothing is sent')),
      plainHttp,
      credential: () => Promise.resolve(undefined),
      sleep: () => Promise.resolve(),
      note: () => undefined,
    });

  it('may be relative or of another host, but never leads from HTTPS to HTTP', () => {
    const from = session(false).url('');
    expect(from.href).toBe('https://ghcr.io/v2/app/');
    expect(session(false).resolve('/v2/x?a=b', from).href).toBe('https://ghcr.io/v2/x?a=b');
    expect(session(false).resolve('https://storage.example.com/x', from).host).toBe('storage.example.com');
    for (const location of ['http://ghcr.io/x', 'file:///etc/passwd', 'http://'])
      expect(() => session(false).resolve(location, from)).toThrow(
        expect.objectContaining({ code: 'REGISTRY_REFUSED' }) as Error,
      );
  });

  it('is plain HTTP only by option or on this machine', () => {
    expect(session(true).url('').protocol).toBe('http:');
  });
});
