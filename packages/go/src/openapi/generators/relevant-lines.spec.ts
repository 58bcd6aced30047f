import { expect, it } from 'vitest';
import { relevantLines } from './relevant-lines.js';

const ogen = `INFO	convenient	Convenient errors are not available	{"reason": "operation has no default response"}

Feature "complex anyOf" is not implemented yet.

Try to create ogen.yml with:

generator:
	ignore_not_implemented: ["complex anyOf"]

or

generator:
	ignore_not_implemented: ["all"]

to skip unsupported operations.

generation failed:
    main.run
        /home/user/go/pkg/mod/github.com/ogen-go/ogen@v1.20.0/cmd/ogen/main.go:398
`;

it.each([
  [
    'a feature that ogen does not implement',
    ogen,
    /^Feature "complex anyOf" is not implemented yet\. .*complex anyOf"\]/,
  ],
  ['one line', 'error generating code: no paths\n', /^error generating code: no paths$/],
  [
    'an error after progress output',
    '[main] INFO o.o.codegen - loading\nException in thread "main": no such file\n\tat org.X.main(X.java:1)\n',
    /^Exception in thread "main": no such file$/,
  ],
  ['a panic without its stack', 'panic: oops\n\ngoroutine 1 [running]:\nmain.main()\n', /^panic: oops$/],
  ['the last lines if none names a problem', 'a\nb\nc\nd\ne\nf\n', /^b c d e f$/],
  ['nothing', '\n', /^$/],
])('repeats %s', (_, output, expected) => {
  expect(relevantLines(output)).toMatch(expected);
});

it('cuts a line that contains the whole document', () => {
  const line = `error: invalid schema → ${'x'.repeat(100_000)}`;
  expect(relevantLines(line)).toBe(`${line.slice(0, 400)}…`);
});
