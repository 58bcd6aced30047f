import { expect, it } from 'vitest';
import { checkBindings } from '../mount-check/check.js';
import { Engine } from '../engine/engine.js';
import { bindingsOf } from './bindings.js';

const projects = { mill: { root: 'mill', targets: { 'build-linux-amd64': {} } } };

it('mounts nothing that the image of a service contains', () => {
  const mount = { project: 'mill', services: ['web'], path: '/opt/mill', libraries: [], image: true };
  const options = { mounts: [mount], platform: 'linux/amd64', configuration: 'release' } as const;
  const model = { name: 'stack', services: { web: {} } };
  expect(
    bindingsOf(
      { options: { ...options, mounts: [mount] }, workspaceRoot: '/', stack: 'stack', projects },
      model,
    ),
  ).toEqual([]);
});

it.each([
  ['mil', undefined, 'the workspace has no project "mil" (did you mean "mill"?)'],
  ['sieve', undefined, 'the workspace has no project "sieve"'],
  [
    'mill',
    'build-linux-amd46',
    'the project mill has no target "build-linux-amd46" (did you mean "build-linux-amd64"?)',
  ],
])('advises no task that does not exist: %s, %s', async (project, target, why) => {
  const model = { name: 'stack', services: { web: {} } };
  const mount = { project, target, services: ['web'], path: '/opt/mill', libraries: [] };
  const bindings = bindingsOf(
    {
      options: { mounts: [mount], platform: 'linux/amd64', configuration: 'release' },
      workspaceRoot: '/nowhere',
      stack: 'stack',
      projects,
    },
    model,
  );
  const { refusals } = await checkBindings({
    ...{ model, bindings, workspaceRoot: '/nowhere', files: [], alternatives: [] },
    engine: new Engine('docker', {}),
    facts: { os: 'linux', architecture: 'amd64', local: true },
  });
  expect(refusals.map(({ code, why, remedy }) => [code, why, remedy])).toEqual([
    [
      'MOUNT_SOURCE_MISSING',
      `the file does not exist, and ${why}`,
      'correct the project or target of the mount',
    ],
  ]);
});
