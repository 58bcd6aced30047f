import { relative } from 'node:path';

/** What is read of a report of Vitest's `json` reporter (https://vitest.dev/guide/reporters, "JSON reporter"). */
export interface VitestReport {
  readonly testResults: readonly {
    /** The file, absolute. */
    readonly name: string;
    readonly status: string;
    /** Why the file as a whole failed. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const mostLines = 24;

/**
 * The failed tests of a run, each with what it said: short enough to end a log of which only the end is kept.
 * @param root the folder that the names of the files are relative to
 */
export function describeFailures({ testResults }: VitestReport, root: string): readonly string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [entry(file, message)] : [];
    return failed.map((test) => entry(`${file} > ${test.fullName}`, test.failureMessages?.join('\n') ?? ''));
  });
}

function entry(title: string, message: string): string {
  const lines = message.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const left = lines.length - mostLines;
  const shown =
    left > 0
      ? [...lines.slice(0, mostLines / 2), `(${left} more lines)`, ...lines.slice(-mostLines / 2)]
      : lines;
  return [`FAILED  ${title}`, ...shown.map((line) => `        ${line}`)].join('\n');
}
