import { describe, expect, it } from 'vitest';
import { describeFailures, type VitestReport } from './test-failures.ts';

type Test = VitestReport['testResults'][number]['assertionResults'][number];

const passed: Test = { fullName: 'works', status: 'passed', failureMessages: [] };
const failed = (message: string): Test => ({
  fullName: 'group fails',
  status: 'failed',
  failureMessages: [message],
});
const report = (status: string, assertionResults: readonly Test[], message = ''): VitestReport => ({
  testResults: [{ name: '/repository/e2e/some.spec.ts', status, message, assertionResults }],
});

describe('describeFailures', () => {
  it.each<[string, VitestReport, readonly string[]]>([
    ['nothing if all passed', report('passed', [passed]), []],
    [
      'the name and the message, without stack and blank lines',
      report('failed', [passed, failed('Error: one\n\ntwo\n    at somewhere:1:2')]),
      ['FAILED  e2e/some.spec.ts > group fails\n        Error: one\n        two'],
    ],
    [
      'a file that failed before its tests',
      report('failed', [{ ...passed, status: 'skipped' }], 'no compiler'),
      ['FAILED  e2e/some.spec.ts\n        no compiler'],
    ],
  ])('%s', (_, given, expected) => {
    expect(describeFailures(given, '/repository')).toEqual(expected);
  });

  it('the beginning and the end of a long message', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    const text = describeFailures(report('failed', [failed(lines.join('\n'))]), '/repository').join('\n');
    expect(text.split('\n')).toHaveLength(1 + 24 + 1);
    expect(text).toContain('line 0');
    expect(text).toContain('(76 more lines)');
    expect(text).toContain('line 99');
  });
});
