import { describe, expect, it } from 'vitest';
import { type Files, see, type Seen } from '../../tools/testing/inferred-projects.ts';
import { newerShapes } from './newer-shapes.ts';
import { otherShapes } from './other-shapes.ts';
import { crateLayouts } from './crate-layouts.ts';
import { lib, stack } from './shape.ts';
import { unusedManifests } from './unused-manifests.ts';

describe('the first graph of a repository with the layout', () => {
  it.each([...crateLayouts, ...unusedManifests, ...otherShapes, ...newerShapes])('$name', async (shape) => {
    const { projects, edges, printed, configurations } = await see(shape.files);
    expect(projects).toEqual(shape.projects);
    expect(edges).toEqual(shape.edges ?? []);
    for (const part of shape.prints ?? []) expect(printed).toContain(part);
    if (shape.prints === undefined) expect(printed).toBe('');
    const invalid = Object.entries(configurations).filter(([, { targets = {} }]) =>
      Object.values(targets).some(({ executor }) => executor?.includes(':invalid-') === true),
    );
    expect(invalid.map(([name]) => name)).toEqual(shape.invalid ?? []);
    expect(repeatedInputs(configurations)).toEqual([]);
    expect(undescribed(configurations)).toEqual([]);
  });
});

/** Our targets without a description, which `nx show project --json` and the page of a project show. */
function undescribed(configurations: Seen['configurations']): string[] {
  return Object.entries(configurations).flatMap(([project, { targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor, metadata }]) => executor !== 'nx:run-script' && !metadata?.description)
      .map(([target]) => `${project}:${target}`),
  );
}

/** Inputs that a target has twice. */
function repeatedInputs(configurations: Seen['configurations']): string[] {
  return Object.entries(configurations).flatMap(([project, { targets = {} }]) =>
    Object.entries(targets).flatMap(([target, { inputs = [] }]) => {
      const texts = inputs.map((input) => JSON.stringify(input));
      const repeated = texts.filter((text, index) => texts.indexOf(text) !== index);
      return repeated.map((text) => `${project}:${target} ${text}`);
    }),
  );
}

describe('with only one of the plugins', () => {
  const files = { ...lib('tests', 'sqlx-test'), 'tests/docker-compose.yml': stack };

  it('a stack beside a Cargo.toml is named after its folder', async () => {
    expect((await see(files, ['@millwright/compose'])).projects).toEqual({ tests: 'tests' });
  });

  it('a crate beside a stack has its own name', async () => {
    expect((await see(files, ['@millwright/cargo'])).projects).toEqual({ 'sqlx-test': 'tests' });
  });
});

describe('check, test and lint are hashed from the crates that they compile', () => {
  const checked = async (files: Files, project: string) => {
    const { configurations } = await see(files, ['@millwright/cargo']);
    const inputs = (configurations[project]?.targets?.test?.inputs ?? []) as readonly unknown[];
    const named = inputs.filter(
      (input) => typeof input === 'object' && input !== null && 'projects' in input,
    );
    return { named, followsGraph: inputs.includes('^{projectRoot}/**/*') };
  };
  const files = {
    ...lib('a', 'a', '[dependencies]\nb = { path = "../b" }\n[dev-dependencies]\nc = { path = "../c" }\n'),
    ...lib('b', 'b', '[dependencies]\nd = { path = "../d" }\n[dev-dependencies]\ne = { path = "../e" }\n'),
    ...lib('c', 'c', `[target.'cfg(any())'.dependencies]\nf = { path = "../f" }\n`),
    ...lib('d', 'd'),
    ...lib('e', 'e'),
    ...lib('f', 'f'),
  };

  it('own development dependencies, but not those of dependencies or of unsupported platforms', async () => {
    expect(await checked(files, 'a')).toEqual({
      named: [{ input: 'crate', projects: ['b', 'c', 'd'] }],
      followsGraph: false,
    });
    expect((await checked(files, 'b')).named).toEqual([{ input: 'crate', projects: ['d', 'e'] }]);
    expect((await checked(files, 'd')).named).toEqual([]);
  });

  it('all dependencies of projects that the user added as dependencies', async () => {
    const written = { ...files, 'd/project.json': '{ "name": "d", "implicitDependencies": ["a"] }' };
    expect((await checked(written, 'd')).followsGraph).toBe(true);
  });
});
