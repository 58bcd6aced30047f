/** Longer values are of no use; without a limit, lines that each name the one before twice would fill the memory. */
const longestValue = 1 << 16;

/**
 * A value with what variables hold in place of `${name}`, once each. One that is not known is empty.
 * @returns an empty text where the result is longer than 64 KiB
 */
export function expandVariables(value: string, variables: ReadonlyMap<string, string>): string {
  let result = '';
  let rest = 0;
  for (const { 0: reference, 1: name = '', index } of value.matchAll(/\$\{([\w.]+)\}/g)) {
    result += value.slice(rest, index) + (variables.get(name) ?? '');
    if (result.length > longestValue) return '';
    rest = index + reference.length;
  }
  result += value.slice(rest);
  return result.length > longestValue ? '' : result;
}
