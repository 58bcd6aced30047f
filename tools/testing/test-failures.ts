import { relative } from 'node:path';

/**
 * The used parts of a report of Vitest's `json` reporter (https://vitest.dev/guide/reporters, "JSON
 * reporter").
 */
export interface VitestReport {
  readonly testResults: readonly {
    /** The absolute path of the file. */
    readonly name: string;
    readonly status: string;
    /** The error of the file as a whole. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const maxLines = 24;

/**
 * Describes the failed tests of a run, short enough for a log of which only the end is kept.
 * @param root the folder to which file names are relative
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
  const left = lines.length - maxLines;
  const shown =
    left > 0
      ? [...lines.slice(0, maxLines / 2), `(${left} more lines)`, ...lines.slice(-maxLines / 2)]
      : lines;
  return [`FAILED  ${title}`, ...shown.map((line) => `        ${line}`)].join('\n');
}
