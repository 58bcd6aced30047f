import { fragmentOf, isObject, type JsonObject, type Pointer } from './json.js';

/** The type of an object in an OpenAPI document, in the terms of the specification. */
export type Kind =
  | 'document'
  | 'info'
  | 'tag'
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

/** The value of a key: one object, a list, or a map from names to objects. */
interface Child {
  readonly kind: Kind;
  readonly form: 'one' | 'list' | 'map';
}

const one = (kind: Kind): Child => ({ kind, form: 'one' });
const list = (kind: Kind): Child => ({ kind, form: 'list' });
const map = (kind: Kind): Child => ({ kind, form: 'map' });

export const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const valueHolder = { schema: one('schema'), content: map('mediaType'), examples: map('example') };

/** The union of OpenAPI 3.0 and 3.1. A keyword of one version does not occur in documents of the other. */
const children: Readonly<Record<Kind, Readonly<Record<string, Child>>>> = {
  document: {
    info: one('info'),
    tags: list('tag'),
    paths: map('pathItem'),
    webhooks: map('pathItem'),
    components: one('components'),
  },
  info: {},
  tag: {},
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

/** The section of `components` for each kind. Path items have none because they are inlined. */
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

/** Returns the kind of the objects in a section of `components`. */
export function kindOfSection(section: string): Kind | undefined {
  return children.components[section]?.kind;
}

/**
 * Returns the kind and form of the value under a key. Undefined for data, in which `$ref` is not a
 * reference: examples, defaults, enumerations and extensions.
 */
export function childOf(kind: Kind, key: string): Child | undefined {
  // A callback is itself a map, from expressions to path items.
  if (kind === 'callback') return key.startsWith('x-') ? undefined : one('pathItem');
  const known = children[kind];
  return Object.hasOwn(known, key) ? known[key] : undefined;
}

type Visit = (node: JsonObject, kind: Kind, pointer: Pointer) => void;

/** Visits every object of a document that the specification defines, in document order. */
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

/**
 * Returns true if a name is an extension. Only in some maps does `x-` mark one; elsewhere it can be a
 * header or property.
 */
export function isExtension(kind: Kind, key: string, name: string): boolean {
  const isPatterned = key === 'paths' || (kind === 'operation' && key === 'responses');
  return isPatterned && name.startsWith('x-');
}

/** Describes a place for messages: `GET /pets`, `schema Pet`, or the fragment. */
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
/**
 * Returns whether a pointer leads to a component of another kind: some responses refer to a request body, because both
 * have content.
 */
export function isOfOtherKind(pointer: Pointer, kind: Kind): boolean {
  return pointer.length === 3 && pointer[0] === 'components' && pointer[1] !== sections[kind];
}

/** Returns the component that contains a place, if any. */
export function componentOf(pointer: Pointer): { kind: Kind; pointer: Pointer } | undefined {
  const [first, section, name] = pointer;
  const kind = first === 'components' ? kindOfSection(section ?? '') : undefined;
  if (kind === undefined || name === undefined || sections[kind] === undefined) return undefined;
  return { kind, pointer: pointer.slice(0, 3) };
}
