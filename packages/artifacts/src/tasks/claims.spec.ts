import type { TargetConfiguration, Task, TaskGraph } from '@nx/devkit';
import { describe, expect, it } from 'vitest';
import { Claims, declaredArtifact, declaredOutputs } from './claims.js';

const build = (folder: string, name: string): TargetConfiguration => ({
  executor: 'x',
  outputs: [`{options.outputPath}/${name}`, '{options.installTo}'],
  configurations: { release: { outputPath: folder }, dev: { outputPath: `${folder}-dev` } },
});
const task = (project: string, target: string, ...outputs: string[]): Task => ({
  ...{ id: `${project}:${target}`, target: { project, target }, outputs },
  ...{ overrides: {}, parallelism: true, cache: true },
});
const tasks = (...all: Task[]): Pick<TaskGraph, 'tasks'> => ({
  tasks: Object.fromEntries(all.map((one) => [one.id, one])),
});

it('declaredOutputs returns the outputs in each configuration, without those whose option is not set', () => {
  expect(declaredOutputs(build('out', 'app'))).toEqual(['out/app', 'out-dev/app']);
});

it.each([
  ['dev', 'app', 'out-dev/app'],
  ['release', 'app', 'out/app'],
  ['release', 'other', undefined],
])('in the configuration %s, %s is at %s', (configuration, name, path) => {
  expect(declaredArtifact(build('out', 'app'), configuration, name)).toBe(path);
});

it('excludes outputs in a project folder', () => {
  expect(declaredOutputs({ outputs: ['{projectRoot}/dist', '{workspaceRoot}/a'] })).toEqual(['a']);
});

describe('an output that is claimed twice', () => {
  const projects = {
    rust: { targets: { build: build('out', 'tool') } },
    go: { targets: { build: build('out', 'Tool') } },
    other: { targets: { build: build('out', 'other') } },
  };

  it('by two projects is rejected for both, whether the other one is built or not', () => {
    const rust = new Claims(projects, tasks(task('rust', 'build', 'out/tool')));
    expect(() => {
      rust.check('rust:build');
    }).toThrow('ARTIFACT_NAME_TAKEN: rust and go would both write out/tool');
    const go = new Claims(projects, tasks(task('go', 'build', 'out/Tool')));
    expect(() => {
      go.check('go:build');
    }).toThrow('go and rust would both write out/Tool');
  });

  it('by two tasks of a run, through an option on the command line, is rejected for both', () => {
    const run = tasks(task('other', 'build-a', 'same/other'), task('other', 'build-b', 'same/other'));
    const claims = new Claims(projects, run);
    expect(() => {
      claims.check('other:build-a');
    }).toThrow('other:build-a and other:build-b');
    expect(() => {
      claims.check('other:build-b');
    }).toThrow('other:build-b and other:build-a');
  });

  it('does not affect other tasks', () => {
    const claims = new Claims(
      projects,
      tasks(task('other', 'build', 'out/other'), task('rust', 'build', 'out/tool')),
    );
    expect(() => {
      claims.check('other:build');
    }).not.toThrow();
  });
});
