import { describe, expect, it } from 'vitest';
import { MillwrightError } from '../errors/errors.js';
import { rejectUnknownConfiguration } from './configurations.js';

const target = (executor: string, ...configurations: readonly string[]) => ({
  executor,
  configurations: Object.fromEntries(configurations.map((name) => [name, {}])),
});
const graph = {
  app: {
    data: {
      targets: {
        build: target('nx:noop', 'release', 'dev', 'testing'),
        'build-linux-amd64': target('@millwright/cargo:cargo-cross', 'release', 'dev', 'testing'),
        check: target('@millwright/cargo:check'),
      },
    },
  },
  web: { data: { targets: { build: target('@nx/vite:build', 'production') } } },
};
const run = (...args: readonly string[]) => {
  rejectUnknownConfiguration(['node', 'nx', ...args], () => graph);
};

describe('a configuration on the command line', () => {
  it.each([
    [['run', 'app:build:relase'], 'nx run app:build:release'],
    [['run', 'app:build', '-c', 'relase'], 'nx run app:build:release'],
    [['run', 'app:build', '--configuration=tesing'], 'nx run app:build:testing'],
    [['build', 'app', '-c=deb'], 'nx run app:build:dev'],
    [['build', 'app', '-c=nightly'], 'use one of the configurations'],
    [['build-linux-amd64', 'app', '--configuration', 'testin'], 'nx run app:build-linux-amd64:testing'],
  ])('is rejected if the target lacks it: %j', (args, remedy) => {
    let thrown: unknown;
    try {
      run(...args);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MillwrightError);
    expect(thrown).toMatchObject({
      code: 'CONFIGURATION_UNKNOWN',
      why: 'available configurations: release, dev, testing',
    });
    expect((thrown as MillwrightError).remedy).toContain(remedy);
  });

  it.each([
    [['run', 'app:build:dev']],
    [['run', 'app:build']],
    [['run', 'app:check:dev']],
    [['run', 'web:build:relase']],
    [['run', 'other:build:relase']],
    [['run-many', '-t', 'build', '-c', 'relase']],
    [['build', 'app', '-c', 'testing']],
  ])('is accepted otherwise: %j', (args) => {
    expect(() => {
      run(...args);
    }).not.toThrow();
  });

  it('is the only reason to read the graph', () => {
    rejectUnknownConfiguration(['node', 'nx', 'run', 'app:build'], () => {
      throw new Error('read for nothing');
    });
  });
});
