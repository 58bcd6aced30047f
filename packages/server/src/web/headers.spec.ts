import { describe, expect, it } from 'vitest';
import { isEncrypted, isOfAnotherSite, localPath } from './headers.js';

describe('a form', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['of this site', { 'sec-fetch-site': 'same-origin' }, false],
    ['that a person opened without a site', { 'sec-fetch-site': 'none' }, false],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, true],
    ['of another host of the domain', { 'sec-fetch-site': 'same-site' }, true],
    ['of this origin', { origin: 'http://cache:7600', host: 'cache:7600' }, false],
    [
      'of the origin of a proxy',
      { origin: 'https://c.example', host: 'cache', 'x-forwarded-host': 'c.example' },
      false,
    ],
    ['of another origin', { origin: 'https://evil.example', host: 'cache:7600' }, true],
    ['of another port', { origin: 'http://cache:1', host: 'cache:7600' }, true],
    ['of a hidden origin', { origin: 'null', host: 'null' }, true],
    [
      'of another site that claims an origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://c', host: 'c' },
      true,
    ],
    ['of a program that is no browser', { host: 'cache' }, false],
  ])('%s', (_, headers, expected) => {
    expect(isOfAnotherSite(headers)).toBe(expected);
  });
});

it.each([
  ['http', {}, false],
  ['https', {}, true],
  ['http', { 'x-forwarded-proto': 'https' }, true],
  ['http', { 'x-forwarded-proto': 'http' }, false],
])('marks cookies as secure over TLS: %s, %o', (protocol, headers, expected) => {
  expect(isEncrypted(protocol, headers)).toBe(expected);
});

describe('the login goes on', () => {
  it.each([
    ['/entries?search=a%20b', '/entries?search=a%20b'],
    [undefined, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/a\r\nset-cookie: x=1', '/'],
  ])('from %j to %s', (text, expected) => {
    expect(localPath(text)).toBe(expected);
  });
});
