import { goError } from '../../errors.js';
import { type Operation, operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf, reachableComponents } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';

/**
 * Looks for names that have no place in Go.
 * @param collisions whether the generator leaves it to the document that no two names become one in Go
 * @returns what is worth saying of names that the generator changes
 * @throws MillwrightError OPENAPI_OPERATION_ID_INVALID, OPENAPI_NAME_COLLISION
 */
export function checkNames(document: JsonObject, origins: Origins, collisions: boolean): string[] {
  const operations = operationsOf(document);
  const notes = operations.flatMap((operation) => noteOnId(operation, origins));
  if (!collisions) return notes;
  refuseCollisions(
    operations.map((operation) => ({
      name: operation.id ?? '',
      goName: goName(
        operation.id ?? `${operation.method.toLowerCase()}${operation.path.replaceAll('/', '-')}`,
      ),
      pointer: operation.pointer,
    })),
    origins,
    'Give one of the operations another operationId, in the document or by an overlay.',
  );
  const reachable = reachableComponents(document);
  refuseCollisions(
    componentsOf(document, 'schemas')
      .filter(([name]) => reachable.has(`schemas/${name}`))
      .map(([name, schema]) => ({
        name,
        goName: typeName(name, schema),
        pointer: ['components', 'schemas', name],
      })),
    origins,
    'Give one of the schemas another name in Go by an overlay that adds x-go-name, or another name altogether.',
  );
  return notes;
}

function noteOnId({ id, method, path, pointer }: Operation, origins: Origins): string[] {
  if (id === undefined || /^[\p{L}_][\p{L}\p{Nd}_.-]*$/u.test(id)) return [];
  const at = origins.of([...pointer, 'operationId']);
  if (!/\p{L}/u.test(id)) {
    throw goError('OPENAPI_OPERATION_ID_INVALID', {
      what: `${at} gives ${method} ${path} the operationId ${JSON.stringify(id)}`,
      why: 'it has no characters that are valid in a method name',
    });
  }
  return [
    `${at}: the operationId ${JSON.stringify(id)} is no identifier; its method is called ${goName(id)}`,
  ];
}

/** The type that oapi-codegen makes of a schema, which may say so itself. */
function typeName(name: string, schema: unknown): string {
  const own = isObject(schema) ? schema['x-go-name'] : undefined;
  return typeof own === 'string' ? own : goName(name);
}

interface Named {
  readonly name: string;
  readonly goName: string;
  readonly pointer: Pointer;
}

function refuseCollisions(all: readonly Named[], origins: Origins, remedy: string): void {
  const taken = new Map<string, Named>();
  for (const one of all) {
    const other = taken.get(one.goName);
    if (other !== undefined) {
      throw goError('OPENAPI_NAME_COLLISION', {
        what: `${describePlace(other.pointer)} and ${describePlace(one.pointer)} are both called ${one.goName} in Go`,
        why: `one stands at ${origins.of(other.pointer)}, the other at ${origins.of(one.pointer)}`,
        remedy,
      });
    }
    taken.set(one.goName, one);
  }
}
