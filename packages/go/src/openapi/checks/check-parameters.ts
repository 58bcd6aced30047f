import { goError } from '../../errors.js';
import { operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, pointerOf, type Pointer, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { isReference } from '../document/references.js';
import { describePlace } from '../document/shape.js';

/** A parameter that becomes a field of the operation's `Params` type. */
interface Field {
  readonly name: string;
  readonly goName: string;
  readonly pointer: Pointer;
}

/**
 * Checks that no two parameters of an operation become the same Go field. Path parameters are arguments
 * instead of fields.
 * @throws MillwrightError OPENAPI_NAME_COLLISION
 */
export function checkParameters(document: JsonObject, origins: Origins): void {
  for (const { pointer } of operationsOf(document)) {
    const taken = new Map<string, Field>();
    for (const field of fieldsOf(document, pointer)) {
      const other = taken.get(field.goName);
      taken.set(field.goName, field);
      if (other === undefined) continue;
      throw goError('OPENAPI_NAME_COLLISION', {
        what: `the parameters ${other.name} and ${field.name} of ${describePlace(pointer)} are both called ${field.goName} in Go`,
        location: origins.locationOf(field.pointer),
        why: `${origins.of(other.pointer)} already defines that name`,
        remedy: 'set the Go name of one of them with x-go-name, in the document or in an overlay',
      });
    }
  }
}

/** Returns the fields of an operation. Its own parameters replace equal ones of its path. */
function fieldsOf(document: JsonObject, operation: Pointer): Field[] {
  const fields = new Map<string, Field>();
  for (const above of [operation.slice(0, -1), operation]) {
    const list = valueAt(document, [...above, 'parameters']);
    if (!Array.isArray(list)) continue;
    for (const [index, item] of list.entries()) {
      const pointer = isReference(item) ? pointerOf(item.$ref) : [...above, 'parameters', String(index)];
      const parameter = valueAt(document, pointer);
      if (!isObject(parameter) || parameter.in === 'path') continue;
      const { name, in: place, 'x-go-name': own } = parameter;
      if (typeof name !== 'string') continue;
      const field = { name, goName: goName(typeof own === 'string' ? own : name), pointer };
      fields.set(JSON.stringify([place, name]), field);
    }
  }
  return [...fields.values()];
}
