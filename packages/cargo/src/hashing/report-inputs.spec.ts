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

describe('the report of undeclared inputs', () => {
  it('is empty if there are none', () => {
    expect(reportInputs([], { ...report, strict: true })).toBeUndefined();
  });

  it('names them, and the lines to declare those outside the crates', () => {
    expect(reportInputs(inputs, report)?.split('\n')).toEqual([
      'warning[INPUT_UNDECLARED]: app read inputs that its task does not declare: the commit, branch and tags of ., config/x.txt, crates/base/tests/y.txt, A',
      '  --> crates/app/Cargo.toml',
      '  cause: from now on, this clone includes them in the hash, but other clones and `nx affected` do not',
      '  help: add to [package.metadata.millwright]:',
      '          inputs = ["../../config/x.txt"]',
      '          env = ["MILLWRIGHT_GIT", "A"]',
    ]);
  });

  it("suggests no declaration for the crate's own files", () => {
    const text = reportInputs([path('crates/app/tests/y.txt')], report);
    expect(text).toContain('crates/app/tests/y.txt');
    expect(text).not.toContain('Cargo.toml');
  });

  it('warns that changes do not rebuild a target that has no input for them', () => {
    expect(reportInputs([path('x')], { ...report, hashed: false })).toContain(
      'changes in these inputs will not trigger a rebuild',
    );
  });

  it('limits the number of listed inputs', () => {
    const many = Array.from({ length: 100 }, (_, index) => path(`/usr/include/${index}.h`));
    expect(reportInputs(many, report)?.split('\n')[0]).toMatch(/and 92 more$/);
  });

  it('is an error with the same lines if strictInputs is set', () => {
    const strict = () => reportInputs([{ kind: 'variable', name: 'A' }], { ...report, strict: true });
    expect(strict).toThrow(
      expect.objectContaining({
        code: 'INPUT_UNDECLARED',
        location: { file: 'crates/app/Cargo.toml' },
        remedy: 'add to [package.metadata.millwright]:\n  env = ["A"]',
      }),
    );
  });
});
