import { describe, expect, it } from 'vitest';
import { expandTag, formatReference, isLoopback, parseReference } from './reference.js';

describe('the name of an image', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each([
    ['debian', 'docker.io/library/debian'],
    ['debian:bookworm-slim', 'docker.io/library/debian:bookworm-slim'],
    ['acme/app', 'docker.io/acme/app'],
    ['index.docker.io/acme/app', 'docker.io/acme/app'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app:1.0', 'localhost:5000/app:1.0'],
    ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000/a/b/c'],
    ['[::1]:5000/app', '[::1]:5000/app'],
    [`ghcr.io/acme/app:1.0@${digest}`, `ghcr.io/acme/app:1.0@${digest}`],
  ])('%s is %s', (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });

  it.each([
    '',
    'App',
    'ghcr.io/Acme/app',
    'ghcr.io/acme//app',
    'app:',
    'app:-x',
    `app:${'x'.repeat(129)}`,
    'app@sha256:1',
    'app@md5:abc',
    '../app',
    'http://ghcr.io/app',
    'user@ghcr.io/app',
    'ghcr.io/app?x',
  ])('%j is refused', (text) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'IMAGE_NAME_INVALID' }) as Error,
    );
  });
});

it.each([
  ['localhost:5000', true],
  ['127.0.0.1', true],
  ['[::1]:5000', true],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['registry.example.com:443', false],
])('%s is on this machine: %s', (registry, expected) => {
  expect(isLoopback(registry)).toBe(expected);
});

describe('a template of a tag', () => {
  const values = { version: '1.2.3-rc.1+build.5', sha: '0123456789abcdef' };
  it.each([
    ['latest', 'latest'],
    ['{version}', '1.2.3-rc.1-build.5'],
    ['v{major}', 'v1'],
    ['{minor}-alpine', '1.2-alpine'],
    ['sha-{sha}', 'sha-0123456789ab'],
  ])('%s becomes %s', (template, tag) => {
    expect(expandTag(template, values)).toBe(tag);
  });

  it.each([
    [
      '{verison}',
      values,
      'unknown placeholder {verison}; available placeholders: version, major, minor, sha',
    ],
    ['{version}', { version: undefined, sha: undefined }, 'the project has no version for {version}'],
    ['{sha}', { version: undefined, sha: undefined }, 'the project has no commit for {sha}'],
    ['a b', values, 'the template expands to "a b"; tags have letters, digits, dots, dashes and underscores'],
    [
      '{constructor}',
      values,
      'unknown placeholder {constructor}; available placeholders: version, major, minor, sha',
    ],
  ])('%s is refused', (template, of, why) => {
    expect(() => expandTag(template, of)).toThrow(
      expect.objectContaining({ code: 'IMAGE_TAG_INVALID', why }) as Error,
    );
  });
});
