import { describe, expect, it } from 'vitest';
import { serverOf } from './server.js';

describe('the server', () => {
  const local = 'http://127.0.0.1:7600';
  it.each([
    ['is the default', {}, {}, local],
    ['is that of the variable', {}, { MILLWRIGHT_SERVER: 'https://cache.example/' }, 'https://cache.example'],
    [
      'is that of the option before',
      { server: 'http://one' },
      { MILLWRIGHT_SERVER: 'http://two' },
      'http://one',
    ],
    ['is the default if a CI sets an empty variable', {}, { MILLWRIGHT_SERVER: '' }, local],
    [
      'is that of the variable if the option is empty',
      { server: '' },
      { MILLWRIGHT_SERVER: 'http://two' },
      'http://two',
    ],
  ])('%s', (_, options, env, expected) => {
    expect(serverOf(options, env)).toBe(expected);
  });

  it.each([
    ['cache.example:7600', 'use https://cache.example:7600'],
    ['s3://bucket', 'use https://bucket'],
  ])('is not %s', (server, remedy) => {
    expect(() => serverOf({ server }, {})).toThrow(
      expect.objectContaining({ what: `${server} is not the URL of a server`, remedy }) as Error,
    );
  });
});
