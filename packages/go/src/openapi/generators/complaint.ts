/** The most lines that a message repeats. */
const shown = 5;

/** Progress, frames of a stack, and what is said in vain. */
const noise =
  /^(\[?[\w.-]*\]?\s*)?(INFO|DEBUG|TRACE)\b|^\s+(at\s|[\w./]+\.\w+$|\/\S+:\d+$)|^generation failed:$/;

const problem = /error|exception|fail|not implemented|unexpected|invalid|cannot|unsupported|panic/i;

/** The lines of a program's output that say what is wrong: from the first that names a problem, else the last ones. */
export function complaint(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const stack = lines.findIndex((line) => line.startsWith('goroutine '));
  const said = lines.slice(0, stack === -1 ? lines.length : stack).filter((line) => !noise.test(line));
  const first = said.findIndex((line) => problem.test(line));
  return (first === -1 ? said.slice(-shown) : said.slice(first, first + shown))
    .map((line) => line.trim())
    .join(' ');
}
