/** The maximum length of a value. Without a limit, lines that each use the previous one twice would exhaust the memory. */
const maxValueLength = 1 << 16;

/**
 * Replaces each `${name}` in a value by the variable's value, without recursion. An unknown variable is empty.
 * @returns an empty string if the result is longer than 64 KiB
 */
export function expandVariables(value: string, variables: ReadonlyMap<string, string>): string {
  let result = '';
  let rest = 0;
  for (const { 0: reference, 1: name = '', index } of value.matchAll(/\$\{([\w.]+)\}/g)) {
    result += value.slice(rest, index) + (variables.get(name) ?? '');
    if (result.length > maxValueLength) return '';
    rest = index + reference.length;
  }
  result += value.slice(rest);
  return result.length > maxValueLength ? '' : result;
}
