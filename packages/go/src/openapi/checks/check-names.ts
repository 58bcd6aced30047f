import { formatLocation } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { type Operation, operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf, reachableComponents } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';
import { jsonPathOf, renaming } from '../bundling/fix-overlay.js';
import { freeName } from './name-problems.js';
import type { DocumentProblem } from './problems.js';

/**
 * Checks operation IDs.
 * @returns notes about names that the generator changes
 * @throws MillwrightError OPENAPI_OPERATION_ID_INVALID
 */
export function checkOperationIds(document: JsonObject, origins: Origins): string[] {
  return operationsOf(document).flatMap((operation) => noteOnId(operation, origins));
}

/** Returns the operations and the schemas that share a Go name with an earlier one. */
export function checkNames(document: JsonObject, origins: Origins): DocumentProblem[] {
  const operations = collisions(
    operationsOf(document).map((operation) => ({
      goName: goName(
        operation.id ?? `${operation.method.toLowerCase()}${operation.path.replaceAll('/', '-')}`,
      ),
      pointer: operation.pointer,
    })),
    origins,
    'give one of the operations another operationId, in the document or in an overlay',
    (pointer, name) => [{ target: jsonPathOf(document, pointer), update: { operationId: name } }],
  );
  const reachable = reachableComponents(document);
  const schemas = collisions(
    componentsOf(document, 'schemas')
      .filter(([name]) => reachable.has(`schemas/${name}`))
      .map(([name, schema]) => ({
        goName: typeName(name, schema),
        pointer: ['components', 'schemas', name],
      })),
    origins,
    'rename one of the schemas, or set its Go name with x-go-name, in the document or in an overlay',
    (pointer, name) => [renaming(document, pointer, 'x-go-name', name)],
  );
  return [...operations, ...schemas];
}

function noteOnId({ id, method, path, pointer }: Operation, origins: Origins): string[] {
  if (id === undefined || /^[\p{L}_][\p{L}\p{Nd}_.-]*$/u.test(id)) return [];
  const location = origins.locationOf([...pointer, 'operationId']);
  if (!/\p{L}/u.test(id)) {
    throw goError('OPENAPI_OPERATION_ID_INVALID', {
      what: `invalid operationId ${JSON.stringify(id)} of ${method} ${path}`,
      location,
      why: 'it has no letters, so it cannot be the name of a Go method',
    });
  }
  return [
    `${formatLocation(location)}: the operationId ${JSON.stringify(id)} is not a Go identifier; its method is named ${goName(id)}`,
  ];
}

/** Returns the name of the type that oapi-codegen generates for a schema, which `x-go-name` can set. */
function typeName(name: string, schema: unknown): string {
  const own = isObject(schema) ? schema['x-go-name'] : undefined;
  return typeof own === 'string' ? own : goName(name);
}

interface Named {
  readonly goName: string;
  readonly pointer: Pointer;
}

function collisions(
  all: readonly Named[],
  origins: Origins,
  remedy: string,
  rename: (pointer: Pointer, name: string) => DocumentProblem['fix'],
): DocumentProblem[] {
  const names = new Set(all.map((one) => one.goName));
  const taken = new Map<string, Named>();
  return all.flatMap((one): DocumentProblem[] => {
    const other = taken.get(one.goName);
    if (other === undefined) {
      taken.set(one.goName, one);
      return [];
    }
    return [
      {
        code: 'OPENAPI_NAME_COLLISION',
        what: `${describePlace(other.pointer)} and ${describePlace(one.pointer)} both have the Go name ${one.goName}`,
        pointer: one.pointer,
        why: `the first definition is at ${origins.of(other.pointer)}`,
        remedy,
        fix: rename(one.pointer, freeName(`${one.goName}2`, names)),
      },
    ];
  });
}
