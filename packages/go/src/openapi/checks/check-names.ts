import { formatLocation } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { type Operation, operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf, reachableComponents } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';

/**
 * Checks for names that are invalid or ambiguous in Go.
 * @param collisions true if the generator requires that no two names map to the same Go name
 * @returns notes about names that the generator changes
 * @throws MillwrightError OPENAPI_OPERATION_ID_INVALID, OPENAPI_NAME_COLLISION
 */
export function checkNames(document: JsonObject, origins: Origins, collisions: boolean): string[] {
  const operations = operationsOf(document);
  const notes = operations.flatMap((operation) => noteOnId(operation, origins));
  if (!collisions) return notes;
  rejectCollisions(
    operations.map((operation) => ({
      name: operation.id ?? '',
      goName: goName(
        operation.id ?? `${operation.method.toLowerCase()}${operation.path.replaceAll('/', '-')}`,
      ),
      pointer: operation.pointer,
    })),
    origins,
    'give one of the operations another operationId, in the document or in an overlay',
  );
  const reachable = reachableComponents(document);
  rejectCollisions(
    componentsOf(document, 'schemas')
      .filter(([name]) => reachable.has(`schemas/${name}`))
      .map(([name, schema]) => ({
        name,
        goName: typeName(name, schema),
        pointer: ['components', 'schemas', name],
      })),
    origins,
    'rename one of the schemas, or set its Go name with x-go-name, in the document or in an overlay',
  );
  return notes;
}

function noteOnId({ id, method, path, pointer }: Operation, origins: Origins): string[] {
  if (id === undefined || /^[\p{L}_][\p{L}\p{Nd}_.-]*$/u.test(id)) return [];
  const location = origins.locationOf([...pointer, 'operationId']);
  if (!/\p{L}/u.test(id)) {
    throw goError('OPENAPI_OPERATION_ID_INVALID', {
      what: `${method} ${path} has the operationId ${JSON.stringify(id)}`,
      location,
      why: 'it has no characters that are valid in a method name',
    });
  }
  return [
    `${formatLocation(location)}: the operationId ${JSON.stringify(id)} is not an identifier; its method is called ${goName(id)}`,
  ];
}

/** Returns the name of the type that oapi-codegen generates for a schema, which `x-go-name` can set. */
function typeName(name: string, schema: unknown): string {
  const own = isObject(schema) ? schema['x-go-name'] : undefined;
  return typeof own === 'string' ? own : goName(name);
}

interface Named {
  readonly name: string;
  readonly goName: string;
  readonly pointer: Pointer;
}

function rejectCollisions(all: readonly Named[], origins: Origins, remedy: string): void {
  const taken = new Map<string, Named>();
  for (const one of all) {
    const other = taken.get(one.goName);
    if (other !== undefined) {
      throw goError('OPENAPI_NAME_COLLISION', {
        what: `${describePlace(other.pointer)} and ${describePlace(one.pointer)} are both called ${one.goName} in Go`,
        location: origins.locationOf(one.pointer),
        why: `${origins.of(other.pointer)} already defines that name`,
        remedy,
      });
    }
    taken.set(one.goName, one);
  }
}
