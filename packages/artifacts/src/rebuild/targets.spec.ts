import { expect, it } from 'vitest';
import { rebuildOption, rebuildTargets } from './targets.js';

const artifacts = ['artifacts/linux/amd64/app'];
const project = { name: 'app', root: 'app', builds: [{ target: 'build-linux-amd64', artifacts }] };
const targets = (option: unknown) => rebuildTargets(project, rebuildOption.parse(option));

it.each([[undefined], [false]])('infers no target by default: %s', (option) => {
  expect(targets(option)).toEqual({});
});

it('infers no target for a project without artifacts', () => {
  expect(rebuildTargets({ ...project, builds: [] }, rebuildOption.parse(true))).toEqual({});
});

it('rebuilds what was built or restored, and is never restored itself', () => {
  expect(targets(true).rebuild).toMatchObject({
    executor: '@millwright/artifacts:rebuild',
    cache: false,
    dependsOn: ['build-linux-amd64'],
    options: { artifacts },
  });
  expect(targets({ targetName: 'reproduce', key: 'cosign.key' }).reproduce?.options).toEqual({
    artifacts,
    key: 'cosign.key',
  });
});
