import { expect, it } from 'vitest';
import { undeclaredInputs } from './declared-inputs.js';

const read = ['api/openapi.yaml', 'clients/pet/overlay.yaml'];

it.each<[unknown[] | undefined, string[]]>([
  [['{workspaceRoot}/api/openapi.yaml', '{projectRoot}/overlay.yaml'], []],
  [['{workspaceRoot}/api/**/*', { env: 'X' }], ['clients/pet/overlay.yaml']],
  [['default'], ['api/openapi.yaml']],
  [undefined, ['api/openapi.yaml']],
  [[{ externalDependencies: [] }], read],
])('with inputs %j these are undeclared: %j', (inputs, expected) => {
  expect(undeclaredInputs(read, inputs, 'clients/pet')).toEqual(expected);
});
