import { expect, it } from 'vitest';
import { messagesIn } from './texts.ts';

it.each([
  [
    'a message with values of the run',
    "throw new MillwrightError('IMAGE_MISSING', { what: `${service} has no image`, why: 'nobody built it' });",
    {
      severity: 'error',
      code: 'IMAGE_MISSING',
      what: ['server has no image'],
      hasLocation: false,
      why: ['nobody built it'],
      remedy: [],
    },
  ],
  [
    'each branch of a conditional',
    "fail({ code: 'X_Y', what: 'a', location, why: isHere ? 'b' : `c ${lines}`, remedy: 'd ' + 'e' })",
    {
      severity: 'error',
      code: undefined,
      what: ['a'],
      hasLocation: true,
      why: ['b', 'c 12'],
      remedy: ['d e'],
    },
  ],
  [
    'texts inside functions',
    "const rule = { code: 'X_Y', what: exact('a'), why: (match) => `b ${match[1] ?? 'c'}` };",
    { severity: 'error', code: 'X_Y', what: ['a'], hasLocation: false, why: ['b c'], remedy: [] },
  ],
  [
    'a sample for a group of a regular expression',
    "const rule = { code: 'X_Y', what: (match) => `no ${match[1] ?? ''}`, why: 'b' };",
    { severity: 'error', code: 'X_Y', what: ['no openssl'], hasLocation: false, why: ['b'], remedy: [] },
  ],
  [
    'a warning',
    "warnOnce(toolkitError('X_Y', { what: 'a', why: 'b' }));",
    { severity: 'warning', code: 'X_Y', what: ['a'], hasLocation: false, why: ['b'], remedy: [] },
  ],
])('renders %s', (_title, source, expected) => {
  expect(messagesIn('x.ts', source)).toEqual([{ ...expected, line: 1 }]);
});

it('ignores objects that are no messages', () => {
  expect(messagesIn('x.ts', "const x = { what: 'a' };")).toEqual([]);
});
