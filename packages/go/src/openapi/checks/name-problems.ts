import { renaming } from '../bundling/fix-overlay.js';
import type { JsonObject } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { goName } from '../document/go-names.js';
import { componentsOf, reachableComponents } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';
import { collidingTypes, type TypeName, typeNamesOf } from '../document/type-names.js';
import type { DocumentProblem } from './problems.js';

/**
 * Returns the types that share a Go name with another one, with both places and the action that renames
 * one of them: a component if there is one, since its name can be set without effect on others.
 */
export function typeProblems(document: JsonObject, origins: Origins): DocumentProblem[] {
  const taken = new Set(typeNamesOf(document).map(({ goName }) => goName));
  return collidingTypes(document).flatMap(([first, ...others]) =>
    first === undefined ? [] : others.map((other) => problemOf(document, origins, taken, first, other)),
  );
}

/** The kinds of components, other than schemas, for which oapi-codegen declares types. */
const otherSections = ['parameters', 'responses', 'requestBodies'] as const;

/**
 * Returns the types of schemas within others that share a Go name with a parameter, response or request body in
 * `components`. No option of oapi-codegen distinguishes them.
 */
export function componentProblems(document: JsonObject, origins: Origins): DocumentProblem[] {
  const reachable = reachableComponents(document);
  const others = new Map(
    otherSections.flatMap((section) =>
      componentsOf(document, section)
        .filter(([name]) => reachable.has(`${section}/${name}`))
        .map(([name]) => [goName(name), ['components', section, name]] as const),
    ),
  );
  const types = typeNamesOf(document);
  const taken = new Set([...types.map((type) => type.goName), ...others.keys()]);
  return types.flatMap((type) => {
    const pointer = others.get(type.goName);
    if (pointer === undefined || isComponent(type)) return [];
    return [
      {
        code: 'OPENAPI_NAME_COLLISION',
        what: `${describePlace(pointer)} and ${describeType(type)} both have the Go name ${type.goName}`,
        goName: type.goName,
        pointer: type.pointer,
        why: `${origins.of(pointer)} already defines that name`,
        remedy: `set the Go name of ${describeType(type)} with x-go-type-name, in the document or in an overlay`,
        fix: [renaming(document, type.pointer, 'x-go-type-name', freeName(`${type.goName}Schema`, taken))],
      },
    ];
  });
}

function problemOf(
  document: JsonObject,
  origins: Origins,
  taken: Set<string>,
  first: TypeName,
  other: TypeName,
): DocumentProblem {
  const renamed = isComponent(other) || !isComponent(first) ? other : first;
  const keyword = isComponent(renamed) ? 'x-go-name' : 'x-go-type-name';
  return {
    code: 'OPENAPI_NAME_COLLISION',
    what: `${describeType(first)} and ${describeType(other)} both have the Go name ${other.goName}`,
    goName: other.goName,
    pointer: other.pointer,
    why: `${origins.of(first.pointer)} already defines that name`,
    remedy: `set the Go name of ${describeType(renamed)} with ${keyword}, in the document or in an overlay`,
    fix: [renaming(document, renamed.pointer, keyword, freeName(`${renamed.goName}Schema`, taken))],
  };
}

/** Returns a name that is not taken, and takes it. */
export function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}${count}`;
  taken.add(free);
  return free;
}

function isComponent({ pointer }: TypeName): boolean {
  return pointer.length === 3;
}

/** Describes a schema: `schema Meta`, or `the property kind of Meta` within one. */
function describeType({ pointer }: Pick<TypeName, 'pointer'>): string {
  if (pointer.length === 3) return describePlace(pointer);
  const at = pointer.lastIndexOf('properties');
  const [, , component = ''] = pointer;
  return at === -1
    ? `a schema within ${component}`
    : `the property ${pointer.slice(at + 1, at + 2).join('')} of ${component}`;
}
