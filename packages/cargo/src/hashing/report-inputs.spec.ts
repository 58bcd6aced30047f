import type { UndeclaredName } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { type InputsReport, reportInputs } from './report-inputs.js';

const report: InputsReport = {
  name: 'app',
  folder: 'crates/app',
  crates: ['crates/app', 'crates/base'],
  repository: '.',
  declaration: { file: 'crates/app/Cargo.toml', table: 'package.metadata.millwright' },
  hashed: true,
  strict: false,
};
const path = (name: string): UndeclaredName => ({ kind: 'path', name });
const inputs: UndeclaredName[] = [
  { kind: 'git', name: '.' },
  path('config/x.txt'),
  path('crates/base/tests/y.txt'),
  { kind: 'variable', name: 'A' },
];

describe('what is said of undeclared inputs', () => {
  it('is nothing where there are none', () => {
    expect(reportInputs([], { ...report, strict: true })).toBeUndefined();
  });

  it('names them, and the lines that declare what is not a file of the crates themselves', () => {
    expect(reportInputs(inputs, report)?.split('\n')).toEqual([
      'app read inputs that its task does not declare: the commit, branch and tags of ., config/x.txt, crates/base/tests/y.txt, A',
      '  this clone includes them in the hash from now on. To have `nx affected` and new clones know them, add to crates/app/Cargo.toml:',
      '  [package.metadata.millwright]',
      '  inputs = ["../../config/x.txt"]',
      '  env = ["MILLWRIGHT_GIT", "A"]',
    ]);
  });

  it('asks for nothing where a crate read its own files', () => {
    const text = reportInputs([path('crates/app/tests/y.txt')], report);
    expect(text).toContain('crates/app/tests/y.txt');
    expect(text).not.toContain('Cargo.toml');
  });

  it('says that a change goes unseen where the target has no input for them', () => {
    expect(reportInputs([path('x')], { ...report, hashed: false })).toContain('a change there goes unseen');
  });

  it('does not list hundreds', () => {
    const many = Array.from({ length: 100 }, (_, index) => path(`/usr/include/${index}.h`));
    expect(reportInputs(many, report)?.split('\n')[0]).toMatch(/and 92 more$/);
  });

  it('refuses a strict task, with the same lines', () => {
    const strict = () => reportInputs([{ kind: 'variable', name: 'A' }], { ...report, strict: true });
    expect(strict).toThrow(
      expect.objectContaining({
        code: 'INPUT_UNDECLARED',
        remedy: 'add to crates/app/Cargo.toml:\n  [package.metadata.millwright]\n  env = ["A"]',
      }),
    );
  });
});
