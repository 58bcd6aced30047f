import { fragmentOf, isObject, type JsonObject, type Pointer } from './json.js';

/** What an object of an OpenAPI document is, as the specification names it. */
export type Kind =
  | 'document'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'header'
  | 'requestBody'
  | 'response'
  | 'mediaType'
  | 'encoding'
  | 'callback'
  | 'example'
  | 'link'
  | 'securityScheme'
  | 'schema';

/** What stands under a key: one such object, a list of them, or a map from names to them. */
interface Child {
  readonly kind: Kind;
  readonly form: 'one' | 'list' | 'map';
}

const one = (kind: Kind): Child => ({ kind, form: 'one' });
const list = (kind: Kind): Child => ({ kind, form: 'list' });
const map = (kind: Kind): Child => ({ kind, form: 'map' });

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const valueHolder = { schema: one('schema'), content: map('mediaType'), examples: map('example') };

/** OpenAPI 3.0 and 3.1; a keyword that only one of them has stands in no document of the other. */
const children: Readonly<Record<Kind, Readonly<Record<string, Child>>>> = {
  document: { paths: map('pathItem'), webhooks: map('pathItem'), components: one('components') },
  components: {
    schemas: map('schema'),
    responses: map('response'),
    parameters: map('parameter'),
    examples: map('example'),
    requestBodies: map('requestBody'),
    headers: map('header'),
    securitySchemes: map('securityScheme'),
    links: map('link'),
    callbacks: map('callback'),
    pathItems: map('pathItem'),
  },
  pathItem: {
    parameters: list('parameter'),
    ...Object.fromEntries(methods.map((method) => [method, one('operation')])),
  },
  operation: {
    parameters: list('parameter'),
    requestBody: one('requestBody'),
    responses: map('response'),
    callbacks: map('callback'),
  },
  parameter: valueHolder,
  header: valueHolder,
  requestBody: { content: map('mediaType') },
  response: { headers: map('header'), content: map('mediaType'), links: map('link') },
  mediaType: { schema: one('schema'), examples: map('example'), encoding: map('encoding') },
  encoding: { headers: map('header') },
  callback: {},
  example: {},
  link: {},
  securityScheme: {},
  schema: {
    properties: map('schema'),
    patternProperties: map('schema'),
    $defs: map('schema'),
    definitions: map('schema'),
    dependentSchemas: map('schema'),
    allOf: list('schema'),
    anyOf: list('schema'),
    oneOf: list('schema'),
    prefixItems: list('schema'),
    ...Object.fromEntries(
      [
        'items',
        'additionalProperties',
        'not',
        'if',
        'then',
        'else',
        'contains',
        'propertyNames',
        'unevaluatedItems',
        'unevaluatedProperties',
        'contentSchema',
      ].map((keyword) => [keyword, one('schema')]),
    ),
  },
};

/** The part of `components` that holds objects of a kind; path items are written where they are used. */
export const sections: Readonly<Partial<Record<Kind, string>>> = {
  schema: 'schemas',
  response: 'responses',
  parameter: 'parameters',
  example: 'examples',
  requestBody: 'requestBodies',
  header: 'headers',
  securityScheme: 'securitySchemes',
  link: 'links',
  callback: 'callbacks',
};

/** The kind of the objects in a part of `components`. */
export function kindOfSection(section: string): Kind | undefined {
  return children.components[section]?.kind;
}

/**
 * What stands under a key of an object; undefined for data, in which `$ref` is no reference: examples, defaults,
 * enumerations, extensions.
 */
export function childOf(kind: Kind, key: string): Child | undefined {
  // A callback is itself a map, from expressions to path items.
  if (kind === 'callback') return key.startsWith('x-') ? undefined : one('pathItem');
  const known = children[kind];
  return Object.hasOwn(known, key) ? known[key] : undefined;
}

type Visit = (node: JsonObject, kind: Kind, pointer: Pointer) => void;

/** Visits every object of a document that the specification gives a meaning to, in the document's order. */
export function walk(node: unknown, kind: Kind, visit: Visit, pointer: Pointer = []): void {
  if (!isObject(node)) return;
  visit(node, kind, pointer);
  for (const [key, value] of Object.entries(node)) {
    const child = childOf(kind, key);
    if (child === undefined) continue;
    const place = [...pointer, key];
    if (child.form === 'one') walk(value, child.kind, visit, place);
    else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, child.kind, visit, [...place, String(index)]);
    } else if (isObject(value)) {
      for (const [name, item] of Object.entries(value)) {
        if (!isExtension(kind, key, name)) walk(item, child.kind, visit, [...place, name]);
      }
    }
  }
}

/** In these maps a name that begins with `x-` is an extension; elsewhere it may be the name of a header or a property. */
export function isExtension(kind: Kind, key: string, name: string): boolean {
  const isPatterned = key === 'paths' || (kind === 'operation' && key === 'responses');
  return isPatterned && name.startsWith('x-');
}

/** How messages name a place: `GET /pets`, `schema Pet`, else its fragment. */
export function describePlace(pointer: Pointer): string {
  const [first, second, third] = pointer;
  if (first === 'paths' && second !== undefined) {
    return third !== undefined && methods.some((method) => method === third)
      ? `${third.toUpperCase()} ${second}`
      : second;
  }
  if (first === 'components' && third !== undefined)
    return `${kindOfSection(second ?? '') ?? second ?? ''} ${third}`;
  return fragmentOf(pointer);
}
