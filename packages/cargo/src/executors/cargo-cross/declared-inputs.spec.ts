import { describe, expect, it } from 'vitest';
import { declaredInputs } from './declared-inputs.js';
import { formatUndeclared } from './undeclared-reads.js';

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

it('what is undeclared is reported with the lines that declare it', () => {
  const text = formatUndeclared({ files: ['config/x.txt'], variables: ['A'] }, 'app', '/r/crates/app', '/r');
  expect(text.split('\n')).toEqual([
    'app was built from what its task does not declare: config/x.txt, A',
    '  a change there would go unseen; add to crates/app/Cargo.toml:',
    '  [package.metadata.millwright]',
    '  inputs = ["../../config/x.txt"]',
    '  env = ["A"]',
  ]);
});
