import { fragmentOf, isObject, type JsonObject, type Pointer, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { referencesIn } from '../document/reachable.js';

/**
 * Moves each schema that is referred to, but is not a component, to `components.schemas`, in place. A reference to
 * it stays where it was: `#/components/schemas/Pet/properties/tail` becomes the component `Pet_tail`.
 * @param isNeeded selects the references, by their place
 */
export function moveInnerSchemas(
  document: JsonObject,
  origins: Origins,
  isNeeded: (pointer: Pointer) => boolean,
): void {
  const inner = referencesIn(document, 'document', []).filter(
    ({ kind, target, pointer }) => kind === 'schema' && !isComponent(target) && isNeeded(pointer),
  );
  // A schema is moved after those inside it, whose path is still valid then.
  const byTarget = [...Map.groupBy(inner, ({ target }) => fragmentOf(target))].sort(
    ([, [a]], [, [b]]) => (b?.target.length ?? 0) - (a?.target.length ?? 0),
  );
  for (const [, references] of byTarget) {
    const target = references[0]?.target ?? [];
    const parent = valueAt(document, target.slice(0, -1));
    const schema = valueAt(document, target);
    if (!isObject(schema) || typeof parent !== 'object' || parent === null) continue;
    const schemas = schemasOf(document);
    const name = freeName(nameFor(target), schemas);
    const reference = fragmentOf(['components', 'schemas', name]);
    // References can be inside the schema itself.
    const holders = references.map(({ pointer }) => valueAt(document, pointer)).filter(isObject);
    origins.move(target, ['components', 'schemas', name]);
    schemas[name] = schema;
    (parent as Record<string, unknown>)[target.at(-1) ?? ''] = { $ref: reference };
    for (const holder of holders) holder.$ref = reference;
  }
}

function isComponent(target: Pointer): boolean {
  return target.length === 3 && target[0] === 'components';
}

/** Returns the schemas of a document, which it may not have yet. */
function schemasOf(document: JsonObject): Record<string, unknown> {
  const components = (document.components ??= {}) as Record<string, unknown>;
  return (components.schemas ??= {}) as Record<string, unknown>;
}

/** The keywords on the way to a schema, which say nothing about it. */
const keywords = new Set(
  'components schemas schema parameters responses requestBodies headers content paths properties items allOf anyOf oneOf $defs'.split(
    ' ',
  ),
);

/** Derives a name from the way to a schema. */
function nameFor(target: Pointer): string {
  const named = target.filter((part) => !keywords.has(part)).join('_');
  const suffix = target.at(-1) === 'schema' ? '_schema' : '';
  return `${named}${suffix}`.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[^A-Za-z]+/, '') || 'Schema';
}

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  let free = name;
  for (let number = 2; Object.hasOwn(taken, free); number++) free = `${name}_${number}`;
  return free;
}
