import { goError } from '../../errors.js';
import type { Operation } from '../document/document.js';
import { bareName } from '../document/go-names.js';
import type { Origins } from '../document/origins.js';

/** The exported methods that Go code declares. */
export function methodNames(code: string): string[] {
  return [...code.matchAll(/^func \([^)]*\) (\p{Lu}[\p{L}\p{Nd}_]*)\(/gmu)].map((match) => match[1] ?? '');
}

/**
 * Counts the operations that generated code has a method for.
 * @param code the texts of the generated files
 * @param isPartial whether the generator was told to leave operations out
 * @throws MillwrightError GENERATED_OPERATION_MISSING
 */
export function countMethods(
  code: readonly string[],
  operations: readonly Operation[],
  origins: Origins,
  isPartial: boolean,
): number {
  const names = new Set(code.flatMap(methodNames).map(bareName));
  const hasMethod = ({ id, method, path }: Operation) => {
    // Without an id, generators put the method before the path or behind it.
    const candidates = id === undefined ? [`${method}${path}`, `${path}${method}`] : [id, `n${id}`];
    // oapi-codegen has a method so called where it does not know the type of a body.
    return candidates.map(bareName).some((name) => names.has(name) || names.has(`${name}withbody`));
  };
  const missing = operations.filter((operation) => !hasMethod(operation));
  const [first] = missing;
  if (first !== undefined && !isPartial) {
    throw goError('GENERATED_OPERATION_MISSING', {
      what: `the generated client has no method for ${first.method} ${first.path}`,
      location: origins.locationOf(first.pointer),
      why: `the generated code covers ${operations.length - missing.length} of ${operations.length} operations`,
    });
  }
  return operations.length - missing.length;
}
