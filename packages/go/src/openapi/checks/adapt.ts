import { operationsOf } from '../document/document.js';
import { goName } from '../document/go-names.js';
import { isObject, type JsonObject, pointerOf, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { describePlace, walk } from '../document/shape.js';

/**
 * Makes a document acceptable for generators written in Go where the intention is clear, in place.
 * @returns one line for each change
 */
export function adaptPaths(document: JsonObject, origins: Origins): string[] {
  return operationsOf(document).flatMap(({ path, pointer }) => {
    const names = new Set([...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name));
    const operation = valueAt(document, pointer) as JsonObject;
    const own = Array.isArray(operation.parameters) ? (operation.parameters as unknown[]) : [];
    const above = valueAt(document, [...pointer.slice(0, -1), 'parameters']);
    const all = [...own, ...(Array.isArray(above) ? (above as unknown[]) : [])];
    const declared = new Set(all.flatMap((item) => pathParameter(document, item) ?? []));
    const missing = [...names].filter((name) => !declared.has(name));
    const surplus = own.filter((item) => {
      const name = pathParameter(document, item);
      return name !== undefined && !names.has(name);
    });
    if (missing.length === 0 && surplus.length === 0) return [];
    const schema = { type: 'string' };
    operation.parameters = [
      ...own.filter((item) => !surplus.includes(item)),
      ...missing.map((name) => ({ name, in: 'path', required: true, schema })),
    ];
    const place = `${origins.of(pointer)}: ${describePlace(pointer)}`;
    return [
      ...missing.map((name) => `${place} declares no path parameter ${name}; it is added as a string`),
      ...surplus.map(
        (item) =>
          `${place} declares the path parameter ${pathParameter(document, item) ?? ''}, which its path lacks; it is left out`,
      ),
    ];
  });
}

/** Returns the name of a path parameter. */
function pathParameter(document: JsonObject, item: unknown): string | undefined {
  const parameter = targetOf(document, item);
  const isInPath = isObject(parameter) && parameter.in === 'path' && typeof parameter.name === 'string';
  return isInPath ? (parameter.name as string) : undefined;
}

/**
 * Removes what oapi-codegen rejects and what does not affect the types of a client, in place: discriminators
 * of alternatives that are not all components, and `readOnly` of only some parts of `allOf`.
 * @returns one line for each
 */
export function adaptSchemas(document: JsonObject, origins: Origins): string[] {
  const notes: string[] = [];
  walk(document, 'document', (node, kind, pointer) => {
    if (kind !== 'schema') return;
    if (isObject(node.discriminator) && !isMappable(node, node.discriminator)) {
      delete node.discriminator;
      notes.push(
        `${origins.of(pointer)}: the discriminator is ignored, because not all of its schemas are components`,
      );
    }
    const parts = listOf(node.allOf).map((part) => targetOf(document, part));
    if (new Set(parts.map((part) => isObject(part) && part.readOnly === true)).size < 2) return;
    for (const part of parts) if (isObject(part)) delete part.readOnly;
    notes.push(`${origins.of(pointer)}: readOnly is ignored, because only some parts of allOf have it`);
  });
  return notes;
}

/**
 * Renames schemas whose names begin with a digit to their Go names, in place. oapi-codegen makes invalid Go of such a
 * name for types within the schema.
 */
export function adaptNames(document: JsonObject, origins: Origins): void {
  const schemas = valueAt(document, ['components', 'schemas']);
  if (!isObject(schemas)) return;
  const renamed = new Map<string, string>();
  for (const name of Object.keys(schemas)) {
    const to = goName(name);
    if (!/^\p{Nd}/u.test(name) || to in schemas) continue;
    renamed.set(name, to);
    origins.move(['components', 'schemas', name], ['components', 'schemas', to]);
  }
  if (renamed.size === 0) return;
  // New keys, in the order of the document.
  (document.components as JsonObject).schemas = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [renamed.get(name) ?? name, schema]),
  );
  walk(document, 'document', (node) => {
    if (typeof node.$ref === 'string') node.$ref = renamedReference(node.$ref, renamed);
    const { discriminator } = node;
    if (!isObject(discriminator) || !isObject(discriminator.mapping)) return;
    const { mapping } = discriminator;
    for (const [value, target] of Object.entries(mapping)) {
      if (typeof target === 'string') mapping[value] = renamedReference(target, renamed);
    }
  });
}

/** Returns a reference to a schema, or its name in a discriminator's mapping, with the schema's new name. */
function renamedReference(reference: string, renamed: ReadonlyMap<string, string>): string {
  const [, , , name = ''] = reference.split('/');
  const to = reference.startsWith('#/components/schemas/') ? renamed.get(name) : undefined;
  if (to !== undefined) return reference.replace(`/schemas/${name}`, `/schemas/${to}`);
  return renamed.get(reference) ?? reference;
}

/** Returns true if oapi-codegen can assign a value of the discriminator to each alternative. */
function isMappable({ anyOf, oneOf }: JsonObject, { mapping }: JsonObject): boolean {
  const parts = [...listOf(anyOf), ...listOf(oneOf)];
  const inline = parts.filter((part) => isObject(part) && part.type !== 'null' && !('$ref' in part)).length;
  const isMapped = isObject(mapping) && Object.keys(mapping).length > 0;
  return inline === 0 || (!isMapped && inline === 1);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function targetOf(document: JsonObject, node: unknown): unknown {
  return isObject(node) && typeof node.$ref === 'string'
    ? valueAt(document, pointerOf(node.$ref.slice(1)))
    : node;
}
