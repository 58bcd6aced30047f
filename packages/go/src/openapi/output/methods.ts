import { goError } from '../../errors.js';
import type { Operation } from '../document/document.js';
import { bareName } from '../document/go-names.js';
import type { Origins } from '../document/origins.js';

/** Returns the names of the exported methods in Go code. */
export function methodNames(code: string): string[] {
  return [...code.matchAll(/^func \([^)]*\) (\p{Lu}[\p{L}\p{Nd}_]*)\(/gmu)].map((match) => match[1] ?? '');
}

/**
 * Counts the operations for which the generated code has a method.
 * @param code the texts of the generated files
 * @param isPartial true if the generator's configuration excludes operations
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
    // Without an operationId, generators put the method before or after the path.
    const candidates = id === undefined ? [`${method}${path}`, `${path}${method}`] : [id, `n${id}`];
    // oapi-codegen adds this suffix if it does not know the type of a body.
    return candidates.map(bareName).some((name) => names.has(name) || names.has(`${name}withbody`));
  };
  const missing = operations.filter((operation) => !hasMethod(operation));
  const [first] = missing;
  if (first !== undefined && !isPartial) {
    throw goError('GENERATED_OPERATION_MISSING', {
      what: `the generated client has no method for ${first.method} ${first.path}`,
      location: origins.locationOf(first.pointer),
      why: `the client has methods for ${operations.length - missing.length} of the ${operations.length} operations in the document`,
    });
  }
  return operations.length - missing.length;
}
