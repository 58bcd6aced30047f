const silent = 'no error message was printed';

/**
 * Returns the first nonblank line of a program's output, for the cause of an error.
 * @param fallback the text for a program that printed nothing
 */
export function firstLine(output: string, fallback = silent): string {
  return linesOf(output)[0] ?? fallback;
}

/** Returns the last nonblank line of a program's output, or `fallback`. */
export function lastLine(output: string, fallback = silent): string {
  return linesOf(output).at(-1) ?? fallback;
}

function linesOf(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
