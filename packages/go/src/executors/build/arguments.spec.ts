import { platformInfo } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { buildArguments, platformVariables } from './arguments.js';
import { schema } from './schema.js';

const options = (given: object) => schema.parse({ packages: { x: '.' }, ...given });
const shared = ['build', '-v', '-buildvcs=false'];
const end = ['-o', 'out/x', '.'];

describe('arguments of go build', () => {
  it.each<[string, object, string[]]>([
    ['a release leaves symbol tables out', {}, ['-trimpath', '-ldflags=-s -w']],
    ['dev leaves code as it is written', { profile: 'dev' }, ['-gcflags=all=-N -l']],
    ['testing does neither', { profile: 'testing' }, ['-trimpath']],
    ['further flags are added', { ldflags: '-X main.v=1' }, ['-trimpath', '-ldflags=-s -w -X main.v=1']],
    [
      'tags and arguments',
      { profile: 'testing', tags: ['a', 'b'], args: ['-race'] },
      ['-trimpath', '-tags=a,b', '-race'],
    ],
  ])('%s', (_, given, expected) => {
    expect(buildArguments(options(given), 'out/x', '.')).toEqual([...shared, ...expected, ...end]);
  });
});

it.each([
  ['linux/amd64', false, { GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }],
  ['linux/arm/v7', true, { GOOS: 'linux', GOARCH: 'arm', GOARM: '7', CGO_ENABLED: '1' }],
])('variables for %s', (platform, cgo, expected) => {
  expect(platformVariables(platformInfo(platform), cgo)).toEqual(expected);
});
