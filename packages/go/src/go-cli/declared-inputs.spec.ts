import { expect, it } from 'vitest';
import { declaredInputs } from './declared-inputs.js';

const read = ['api/openapi.yaml', 'clients/pet/overlay.yaml'];

it.each<[unknown[] | undefined, string[]]>([
  [['{workspaceRoot}/api/openapi.yaml', '{projectRoot}/overlay.yaml'], []],
  [['{workspaceRoot}/api/**/*', { env: 'X' }], ['clients/pet/overlay.yaml']],
  [['{workspaceRoot}/api/*.{yaml,json}'], ['clients/pet/overlay.yaml']],
  [['{workspaceRoot}/**/*', '!{workspaceRoot}/api/**/*'], ['api/openapi.yaml']],
  [[{ fileset: '{workspaceRoot}/api/openapi.yaml', includeIgnored: true }], ['clients/pet/overlay.yaml']],
  [['default'], ['api/openapi.yaml']],
  [['^default'], read],
  [undefined, ['api/openapi.yaml']],
  [[{ externalDependencies: [] }], read],
])('the inputs %j leave undeclared: %j', (inputs, expected) => {
  const { hasFile } = declaredInputs(inputs, 'clients/pet');
  expect(read.filter((path) => !hasFile(path))).toEqual(expected);
});

it('unescapes names', () => {
  const { hasFile } = declaredInputs(['{workspaceRoot}/a\\[b\\]/**/*', '{workspaceRoot}/x\\*.go'], '.');
  expect(['a[b]/c.go', 'ab/c.go', 'x*.go', 'xy.go'].filter(hasFile)).toEqual(['a[b]/c.go', 'x*.go']);
});

it('recognizes declared variables', () => {
  const { hasVariable } = declaredInputs(['default', { env: 'X' }], '.');
  expect(['X', 'Y'].filter(hasVariable)).toEqual(['X']);
});
