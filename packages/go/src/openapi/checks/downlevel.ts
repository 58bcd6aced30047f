import { goError } from '../../errors.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { reachableComponents } from '../document/reachable.js';
import { moveInnerSchemas } from './inner-references.js';
import { childOf, describePlace, type Kind, walk } from '../document/shape.js';

/** Features of OpenAPI 3.1 that 3.0 lacks and that a generator may not support. */
export type Feature31 =
  /** `type: [string, "null"]` */
  | 'type lists'
  /** `type: [string, integer]` */
  | 'several types'
  /** `type: "null"` by itself */
  | 'the null type'
  /** `exclusiveMinimum: 0` */
  | 'numeric bounds'
  /** `true` or `false` instead of a schema */
  | 'boolean schemas'
  /** A reference to a schema that is not a component: `#/components/schemas/Pet/$defs/Tail` */
  | 'inner references'
  /** `required` and other keywords beside `$ref` */
  | 'siblings of references'
  | 'webhooks';

/**
 * Rewrites features that a generator does not support in the equivalent syntax of OpenAPI 3.0, in place.
 * @param unknown the features that the generator does not support
 * @returns one line for each part that the generator will ignore
 * @throws MillwrightError OPENAPI_UNSUPPORTED if a feature has no equivalent
 */
export function downlevel(
  document: JsonObject,
  { name, unknown }: { readonly name: string; readonly unknown: ReadonlySet<Feature31> },
  origins: Origins,
): string[] {
  const notes: string[] = [];
  // Computed on demand: most documents use no unsupported feature.
  let reachable: ReadonlySet<string> | undefined;
  const isNeeded = ([first, section, component]: Pointer) => {
    if (first !== 'components') return true;
    reachable ??= reachableComponents(document);
    return reachable.has(`${section ?? ''}/${component ?? ''}`);
  };
  const refuse = (feature: Feature31, pointer: Pointer, what: string, remedy: string) => {
    if (!unknown.has(feature) || !isNeeded(pointer)) return;
    throw goError('OPENAPI_UNSUPPORTED', {
      what: `${describePlace(pointer)} uses ${what}`,
      location: origins.locationOf(pointer),
      why: `the generator ${name} does not support it`,
      remedy: `${remedy}, in the document or in an overlay, or use another generator`,
    });
  };
  if (unknown.has('inner references')) moveInnerSchemas(document, origins, isNeeded);
  // Schemas were moved.
  reachable = undefined;
  walk(document, 'document', (node, kind, pointer) => {
    if (unknown.has('boolean schemas')) writeBooleans(node, kind, pointer, refuse);
    if (kind !== 'schema') return;
    const types = Array.isArray(node.type) ? (node.type as unknown[]) : undefined;
    const values = types?.filter((type) => type !== 'null') ?? [];
    if (values.length > 1) {
      const typeList = `type: [${(types ?? []).join(', ')}]`;
      refuse('several types', [...pointer, 'type'], typeList, 'write anyOf, with a schema for each type');
    }
    if (node.type === 'null' && !isAlternative(pointer)) {
      refuse(
        'the null type',
        [...pointer, 'type'],
        'type: "null"',
        'add the type of the values that are not null',
      );
    }
    if (types && values.length <= 1 && unknown.has('type lists')) {
      node.type = values[0] ?? 'null';
      if (values.length === 1 && types.length > 1) node.nullable = true;
    }
    if (unknown.has('numeric bounds')) writeBounds(node);
    if (typeof node.$ref !== 'string') return;
    const left = Object.keys(node).filter((key) => !annotations.has(key) && !key.startsWith('x-'));
    if (
      left.length > 0 &&
      isVersion31(document) &&
      unknown.has('siblings of references') &&
      isNeeded(pointer)
    ) {
      notes.push(`${origins.of(pointer)}: ${name} ignores the keywords next to $ref: ${left.join(', ')}`);
    }
  });
  const webhooks = isObject(document.webhooks) ? Object.keys(document.webhooks) : [];
  if (webhooks.length > 0 && unknown.has('webhooks')) {
    notes.push(`${origins.of(['webhooks'])}: ${name} generates no code for webhooks: ${webhooks.join(', ')}`);
  }
  return notes;
}

type Refuse = (feature: Feature31, pointer: Pointer, what: string, remedy: string) => void;

/** The keywords for which 3.0 allows booleans too. */
const knownBooleans = new Set(['additionalProperties', 'unevaluatedProperties', 'unevaluatedItems']);

/** Rewrites `true`, the schema that accepts anything. */
function writeBooleans(node: JsonObject, kind: Kind, pointer: Pointer, refuse: Refuse): void {
  // `items: false` forbids further items. It does not affect generated code.
  if (kind === 'schema' && node.items === false && 'prefixItems' in node) delete node.items;
  for (const [key, value] of Object.entries(node)) {
    const child = childOf(kind, key);
    if (child?.kind !== 'schema' || knownBooleans.has(key)) continue;
    if (child.form === 'one') writeBoolean(node, key, [...pointer, key], refuse);
    else if (Array.isArray(value) || isObject(value)) {
      for (const name of Object.keys(value)) {
        writeBoolean(value as JsonObject, name, [...pointer, key, name], refuse);
      }
    }
  }
}

function writeBoolean(holder: JsonObject, key: string, pointer: Pointer, refuse: Refuse): void {
  if (holder[key] === true) holder[key] = {};
  else if (holder[key] === false) {
    refuse(
      'boolean schemas',
      pointer,
      'the schema `false`, which no value matches',
      'remove it, or write a schema',
    );
  }
}

/**
 * Rewrites numeric bounds. In OpenAPI 3.0, `exclusiveMinimum` is a boolean that makes `minimum` exclusive.
 */
function writeBounds(schema: JsonObject): void {
  for (const [bound, exclusive, isTighter] of [
    ['minimum', 'exclusiveMinimum', (a: number, b: number) => a >= b],
    ['maximum', 'exclusiveMaximum', (a: number, b: number) => a <= b],
  ] as const) {
    const [limit, beyond] = [schema[bound], schema[exclusive]];
    if (typeof beyond !== 'number' && typeof beyond !== 'bigint') continue;
    if (limit === undefined || isTighter(Number(beyond), Number(limit))) {
      schema[bound] = beyond;
      schema[exclusive] = true;
    } else schema[exclusive] = false;
  }
}

/** Returns true for one of the schemas of an `anyOf` or `oneOf`. */
function isAlternative(pointer: Pointer): boolean {
  return ['anyOf', 'oneOf'].includes(pointer.at(-2) ?? '');
}

function isVersion31({ openapi }: JsonObject): boolean {
  return typeof openapi === 'string' && openapi.startsWith('3.1');
}

/** Keywords beside a reference that do not affect generated code, or that generators support there. */
const annotations = new Set(
  '$ref $comment title summary description default deprecated example examples externalDocs nullable readOnly writeOnly'.split(
    ' ',
  ),
);
