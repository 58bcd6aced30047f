import { describe, expect, it } from 'vitest';
import { formatOrigin, optionOrigin, propertyOrigin, type SourceMap } from './origin.js';

const sourceMap: SourceMap = {
  'targets.build.options': ['app/Cargo.toml', '@millwright/cargo'],
  'targets.build.options.platform': ['app/Cargo.toml', '@millwright/cargo'],
  'targets.build.options.glibc': ['nx.json', 'nx/target-defaults'],
  'targets.build.options.env': ['app/project.json', 'nx/core/project-json'],
  'targets.build.options.args.0': [null, 'made-without-a-file'],
  'targets.build.configurations.release.glibc': ['app/project.json', 'nx/core/project-json'],
};

const of = (path: readonly PropertyKey[], given: Partial<Parameters<typeof optionOrigin>[1]> = {}) => {
  const sources = { target: 'build', configuration: 'dev', overrides: {}, sourceMap, ...given };
  const origin = optionOrigin(path, sources);
  return origin && formatOrigin(origin);
};

describe('the origin of an option', () => {
  it.each<[string, readonly PropertyKey[], Parameters<typeof of>[1], string | undefined]>([
    ['an inferred option', ['platform'], {}, 'inferred by @millwright/cargo'],
    ['a target default', ['glibc'], {}, 'set in nx.json'],
    [
      'a configuration, which overrides the target',
      ['glibc'],
      { configuration: 'release' },
      'set in app/project.json',
    ],
    ['another configuration', ['glibc'], { configuration: undefined }, 'set in nx.json'],
    ['a key of a value', ['env', 'PATH'], {}, 'set in app/project.json'],
    ['an item without a file', ['args', 0], {}, 'inferred by made-without-a-file'],
    ['a default', ['profile'], {}, undefined],
    ['the options as a whole', [], {}, undefined],
    ['the command line', ['glibc'], { overrides: { glibc: 2.3 } }, 'set on the command line'],
    [
      'the command line with dashes',
      ['defaultFeatures'],
      { overrides: { 'default-features': false } },
      'set on the command line',
    ],
    ['a project without a source map', ['glibc'], { sourceMap: {} }, undefined],
  ])('is known for %s', (_, path, given, expected) => {
    expect(of(path, given)).toBe(expected);
  });

  it('is known for a property of a project', () => {
    expect(propertyOrigin('targets.build', ['configurations', 'release', 'glibc'], sourceMap)).toEqual({
      file: 'app/project.json',
    });
  });
});
