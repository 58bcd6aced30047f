import { goError } from '../../errors.js';
import { fragmentOf, isObject, type JsonObject, valueAt } from '../document/json.js';
import { locationIn } from '../document/origins.js';
import { isReference, type Place, withoutReference } from '../document/references.js';
import { sections } from '../document/shape.js';
import type { Source } from '../document/source.js';

type Resolve = (reference: string, at: Place) => Place;

/**
 * Returns a map in which a reference in the place of the whole map is replaced by references to each of its entries. No
 * version of OpenAPI allows such a reference, but documents of several files use it, and other bundlers resolve it.
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID if the target is no map
 */
export function entriesOfMap(value: JsonObject, at: Place, resolve: Resolve): JsonObject {
  if (!isReference(value)) return value;
  const target = resolve(value.$ref, at);
  const entries = valueAt(target.source.data, target.pointer);
  if (!isObject(entries) || isReference(entries)) {
    throw goError('OPENAPI_DOCUMENT_INVALID', {
      what: 'a $ref is used where a map is required, but its target is not a map',
      location: locationIn(at.source, [...at.pointer, '$ref']),
      why: `the target is at ${target.source.path}${fragmentOf(target.pointer)}`,
      remedy: 'list the entries of the map, each with its own $ref',
    });
  }
  const [file = ''] = value.$ref.split('#');
  const references = Object.keys(entries).map((name) => {
    // Fragments of references are percent-encoded.
    const fragment = fragmentOf([...target.pointer, name]).replaceAll('%', '%25');
    return [name, { $ref: `${file}${fragment}` }] as const;
  });
  return { ...Object.fromEntries(references), ...withoutReference(value) };
}

/** Does the same for the sections of a file's `components`, in place, since references can point into them. */
export function expandSections(source: Source, resolve: Resolve): void {
  const components = valueAt(source.data, ['components']);
  if (!isObject(components)) return;
  for (const section of Object.values(sections)) {
    const entries = components[section];
    if (!isObject(entries)) continue;
    components[section] = entriesOfMap(entries, { source, pointer: ['components', section] }, resolve);
  }
}

/** Returns the text of a description that refers to another file, which other bundlers resolve too. */
export function textOf(value: unknown, at: Place, resolve: Resolve): unknown {
  if (!isReference(value)) return value;
  const { source, pointer } = resolve(value.$ref, at);
  const text = valueAt(source.data, pointer);
  return typeof text === 'string' ? text : value;
}
