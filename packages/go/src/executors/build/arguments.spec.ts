import { platformInfo } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { buildArguments, platformVariables } from './arguments.js';
import { schema } from './schema.js';

const options = (overrides: object) => schema.parse({ packages: { x: '.' }, ...overrides });
const shared = ['build', '-v', '-buildvcs=false'];
const end = ['-o', 'out/x', '.'];

describe('arguments of go build', () => {
  it.each<[string, object, string[]]>([
    ['release strips symbol tables', {}, ['-trimpath', '-ldflags=-s -w']],
    ['dev disables optimizations', { profile: 'dev' }, ['-gcflags=all=-N -l']],
    ['testing does neither', { profile: 'testing' }, ['-trimpath']],
    ['appends additional flags', { ldflags: '-X main.v=1' }, ['-trimpath', '-ldflags=-s -w -X main.v=1']],
    [
      'tags and arguments',
      { profile: 'testing', tags: ['a', 'b'], args: ['-race'] },
      ['-trimpath', '-tags=a,b', '-race'],
    ],
  ])('%s', (_, overrides, expected) => {
    expect(buildArguments(options(overrides), 'out/x', '.')).toEqual([...shared, ...expected, ...end]);
  });
});

it.each([
  ['linux/amd64', false, { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }],
  ['linux/arm/v7', true, { GOOS: 'linux', GOARCH: 'arm', GOARM: '7', CGO_ENABLED: '1' }],
])('variables for %s', (platform, cgo, expected) => {
  expect(platformVariables(platformInfo(platform), cgo)).toEqual(expected);
});
