import { describe, expect, it } from 'vitest';
import { declaredInputs } from './declared-inputs.js';

const inputs = [
  '{projectRoot}/**/*',
  '!{projectRoot}/{tests,benches}/**/*',
  { fileset: '{workspaceRoot}/config/made.txt', includeIgnored: true },
  '{workspaceRoot}/shared-assets/**/*',
  '{workspaceRoot}/[group]/*.txt',
  { env: 'CHANNEL' },
  { externalDependencies: [] },
];

describe('the declared inputs of a target', () => {
  const declared = declaredInputs(inputs, 'crates/app');
  it.each([
    ['crates/app/src/main.rs', true],
    ['crates/app/.hidden/x', true],
    ['crates/app/tests/a.rs', false],
    ['config/made.txt', true],
    ['config/other.txt', false],
    ['config/made.txt/inner', false],
    ['shared-assets/deep/.x', true],
    ['shared-assets', false],
    ['shared-assets-of-others/x', false],
    ['g/notes.txt', true],
    ['[group]/notes.txt', false],
  ])('%s: %s', (path, expected) => {
    expect(declared?.hasFile(path)).toBe(expected);
  });

  it('contain variables by name', () => {
    expect([declared?.hasVariable('CHANNEL'), declared?.hasVariable('OTHER')]).toEqual([true, false]);
  });

  it('contain files of dependencies', () => {
    const all = declaredInputs(['{projectRoot}/**/*', '^{projectRoot}/src/*'], 'crates/app', [
      'crates/base',
      '.',
    ]);
    const paths = ['crates/app/x', 'crates/base/src/x', 'crates/base/x', 'src/x', 'x'];
    expect(paths.filter((path) => all?.hasFile(path))).toEqual([
      'crates/app/x',
      'crates/base/src/x',
      'src/x',
    ]);
  });

  it('contain all files of the crates whose projects an input names', () => {
    const roots: Readonly<Record<string, string>> = { base: 'crates/base', root: '.' };
    const named = (...projects: string[]) =>
      declaredInputs([{ input: 'crate', projects }], 'crates/app', [], (project) => roots[project]);
    expect(named('base')?.hasFile('crates/base/src/x')).toBe(true);
    expect(named('base', 'none')?.hasFile('crates/other/x')).toBe(false);
    expect(named('root')?.hasFile('x')).toBe(true);
    expect(declaredInputs([{ input: 'production', projects: ['base'] }], 'crates/app')).toBeUndefined();
  });

  it('are unknown if they refer to other named inputs', () => {
    expect(declaredInputs(['production', ...inputs], 'crates/app')).toBeUndefined();
  });
});
