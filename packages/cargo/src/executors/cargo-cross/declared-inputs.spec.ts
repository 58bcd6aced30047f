import { describe, expect, it } from 'vitest';
import { declaredInputs } from './declared-inputs.js';
import { reportUndeclared } from './undeclared-reads.js';

const inputs = [
  '{projectRoot}/**/*',
  '!{projectRoot}/{tests,benches}/**/*',
  { fileset: '{workspaceRoot}/config/made.txt', includeIgnored: true },
  '{workspaceRoot}/shared-assets/**/*',
  '{workspaceRoot}/[group]/*.txt',
  { env: 'CHANNEL' },
  { externalDependencies: [] },
];

describe('what a target declares', () => {
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

  it('variables by name', () => {
    expect([declared?.hasVariable('CHANNEL'), declared?.hasVariable('OTHER')]).toEqual([true, false]);
  });

  it('is not known where it leans on named inputs', () => {
    expect(declaredInputs(['production', ...inputs], 'crates/app')).toBeUndefined();
  });
});

const request = (strictInputs: boolean) =>
  ({
    package: { name: 'app' },
    folder: '/r/crates/app',
    options: { strictInputs },
  }) as Parameters<typeof reportUndeclared>[1];

it('what is undeclared is reported with the lines that declare it', () => {
  const text = reportUndeclared({ files: ['config/x.txt'], variables: ['A'] }, request(false), '/r');
  expect(text?.split('\n')).toEqual([
    'app was built from what its task does not declare: config/x.txt, A',
    '  a change there would go unseen; add to crates/app/Cargo.toml:',
    '  [package.metadata.millwright]',
    '  inputs = ["../../config/x.txt"]',
    '  env = ["A"]',
  ]);
});

it('nothing is said where all is declared', () => {
  expect(reportUndeclared({ files: [], variables: [] }, request(true), '/r')).toBeUndefined();
});

it('a strict task refuses, with the same lines', () => {
  const refused = () => reportUndeclared({ files: [], variables: ['A'] }, request(true), '/r');
  expect(refused).toThrow(
    expect.objectContaining({
      code: 'INPUT_UNDECLARED',
      remedy: 'add to crates/app/Cargo.toml:\n  [package.metadata.millwright]\n  env = ["A"]',
    }),
  );
});
