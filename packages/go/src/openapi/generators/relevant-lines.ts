/** The maximum number of lines that a message quotes. */
const shown = 5;

/** Progress, stack frames and other lines without information. */
const noise =
  /^(\[?[\w.-]*\]?\s*)?(INFO|DEBUG|TRACE)\b|^\s+(at\s|[\w./]+\.\w+$|\/\S+:\d+$)|^generation failed:$/;

const problem = /error|exception|fail|not implemented|unexpected|invalid|cannot|unsupported|panic/i;

/** The number of characters after which a line is cut. */
const longest = 400;

/**
 * Returns the lines of a program's output that explain the failure: from the first one that names a
 * problem, otherwise the last ones.
 */
export function relevantLines(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const stack = lines.findIndex((line) => line.startsWith('goroutine '));
  const relevant = lines.slice(0, stack === -1 ? lines.length : stack).filter((line) => !noise.test(line));
  const first = relevant.findIndex((line) => problem.test(line));
  return (first === -1 ? relevant.slice(-shown) : relevant.slice(first, first + shown))
    .map((line) => shortened(line.trim()))
    .join(' ');
}

/** ogen prints the line of the document that it rejects. A document in one line would fill the terminal. */
function shortened(line: string): string {
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
