import { isDeepStrictEqual } from 'node:util';
import { goName } from './go-names.js';
import { isObject, type JsonObject, type Pointer } from './json.js';
import { componentsOf, reachableComponents } from './reachable.js';

/** A schema for which oapi-codegen declares a Go type. */
export interface TypeName {
  readonly goName: string;
  readonly pointer: Pointer;
  readonly schema: JsonObject;
}

/**
 * Returns the types that oapi-codegen declares for schemas of `components`, and for schemas within them,
 * whose names it makes of the path: the enumeration `kind` of `Meta` becomes `MetaKind`.
 */
export function typeNamesOf(document: JsonObject): TypeName[] {
  const reachable = reachableComponents(document);
  return componentsOf(document, 'schemas').flatMap(([name, schema]) => {
    if (!reachable.has(`schemas/${name}`) || !isObject(schema)) return [];
    const pointer = ['components', 'schemas', name];
    const own = typeof schema['x-go-name'] === 'string' ? schema['x-go-name'] : goName(name);
    return [{ goName: own, pointer, schema }, ...innerTypes(schema, own, pointer)];
  });
}

/** Returns the groups of types that share a name and differ, in document order. */
export function collidingTypes(document: JsonObject): TypeName[][] {
  const groups = Map.groupBy(typeNamesOf(document), (type) => type.goName);
  return [...groups.values()].flatMap((group) => {
    // The generator declares equal types once.
    const distinct = group.filter(
      (type, index) => group.findIndex((other) => isDeepStrictEqual(type.schema, other.schema)) === index,
    );
    return distinct.length > 1 ? [distinct] : [];
  });
}

function innerTypes(schema: JsonObject, path: string, pointer: Pointer): TypeName[] {
  const found: TypeName[] = [];
  const visit = (inner: unknown, name: string, at: Pointer, isAlternative = false) => {
    if (!isObject(inner) || '$ref' in inner || 'x-go-type' in inner) return;
    const own = inner['x-go-type-name'];
    if (typeof own === 'string') found.push({ goName: own, pointer: at, schema: inner });
    else if (isAlternative || isDeclared(inner)) found.push({ goName: name, pointer: at, schema: inner });
    found.push(...innerTypes(inner, name, at));
  };
  for (const [property, inner] of entriesOf(schema.properties)) {
    visit(inner, path + goName(property), [...pointer, 'properties', property]);
  }
  if (isObject(schema.items)) {
    const suffix = isConstant(schema.items) || !isDeclared(schema.items) ? '' : 'Item';
    visit(schema.items, path + suffix, [...pointer, 'items']);
  }
  visit(schema.additionalProperties, `${path}AdditionalProperties`, [...pointer, 'additionalProperties']);
  for (const keyword of ['anyOf', 'oneOf']) {
    const parts = schema[keyword];
    if (!Array.isArray(parts) || isOptional(parts)) continue;
    for (const [index, part] of parts.entries()) {
      if (isObject(part) && part.type !== 'null') {
        visit(part, `${path}${index}`, [...pointer, keyword, String(index)], true);
      }
    }
  }
  for (const [index, part] of Array.isArray(schema.allOf) ? schema.allOf.entries() : []) {
    if (isObject(part) && !('$ref' in part)) {
      found.push(...innerTypes(part, path, [...pointer, 'allOf', String(index)]));
    }
  }
  return found;
}

/** Returns true for a schema within another one that becomes a type of its own. */
function isDeclared(schema: JsonObject): boolean {
  if (isConstant(schema)) return true;
  const hasMap =
    schema.additionalProperties !== undefined &&
    schema.additionalProperties !== false &&
    entriesOf(schema.properties).length > 0;
  return hasMap || [schema.anyOf, schema.oneOf].some((parts) => Array.isArray(parts) && !isOptional(parts));
}

function isConstant({ enum: values, type }: JsonObject): boolean {
  return Array.isArray(values) && type !== 'array';
}

/** Returns true for `anyOf: [{ type: string }, { type: "null" }]`, which becomes a pointer. */
function isOptional(parts: readonly unknown[]): boolean {
  const values = parts.filter((part) => !(isObject(part) && part.type === 'null'));
  return values.length === 1 && parts.length > 1;
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}
