import { renaming } from '../bundling/fix-overlay.js';
import { operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, pointerOf, type Pointer, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { isReference } from '../document/references.js';
import { describePlace } from '../document/shape.js';
import { freeName } from './name-problems.js';
import type { DocumentProblem } from './problems.js';

/** A parameter that becomes a field of the operation's `Params` type. */
interface Field {
  readonly name: string;
  readonly goName: string;
  readonly pointer: Pointer;
}

/**
 * Returns the parameters that become the same Go field as an earlier one of their operation. Path parameters
 * are arguments instead of fields.
 */
export function checkParameters(document: JsonObject, origins: Origins): DocumentProblem[] {
  // A parameter of `components` can collide in several operations; it is renamed once.
  const renamed = new Set<string>();
  return operationsOf(document).flatMap(({ pointer }) => {
    const fields = fieldsOf(document, pointer);
    const names = new Set(fields.map((field) => field.goName));
    const taken = new Map<string, Field>();
    return fields.flatMap((field): DocumentProblem[] => {
      const other = taken.get(field.goName);
      if (other === undefined) {
        taken.set(field.goName, field);
        return [];
      }
      const key = field.pointer.join('/');
      const isFirst = !renamed.has(key);
      renamed.add(key);
      const free = freeName(`${field.goName}2`, names);
      return [
        {
          code: 'OPENAPI_NAME_COLLISION',
          what: `the parameters ${other.name} and ${field.name} of ${describePlace(pointer)} both have the Go name ${field.goName}`,
          pointer: field.pointer,
          why: `the first definition is at ${origins.of(other.pointer)}`,
          remedy: 'set the Go name of one of them with x-go-name, in the document or in an overlay',
          fix: isFirst ? [renaming(document, field.pointer, 'x-go-name', free)] : [],
        },
      ];
    });
  });
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
