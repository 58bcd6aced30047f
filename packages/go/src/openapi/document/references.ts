import { posix } from 'node:path';
import type { MillwrightError } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import {
  decodeUri,
  fragmentOf,
  isObject,
  type JsonObject,
  type Pointer,
  pointerOf,
  valueAt,
} from './json.js';
import type { Source } from './source.js';

/** A place in a file of the description. */
export interface Place {
  readonly source: Source;
  readonly pointer: Pointer;
}

export interface Reference extends JsonObject {
  readonly $ref: string;
}

export function isReference(node: unknown): node is Reference {
  return isObject(node) && typeof node.$ref === 'string';
}

/** The number of references that a pointer may lead through. */
const longestChain = 50;

/** Returns a key for a place that is equal for all references to it. */
export function keyOf({ source, pointer }: Place): string {
  return `${source.path}${fragmentOf(pointer)}`;
}

/**
 * Resolves a reference. Its pointer may lead through other references, as bundlers write it: the returned place
 * contains the value itself.
 * @param from the object that contains the reference
 * @param open reads a file, relative to the workspace root; returns undefined if it does not exist
 * @throws MillwrightError OPENAPI_REF_MISSING if the target does not exist or is outside the workspace
 */
export function resolveReference(
  reference: string,
  from: Place,
  open: (path: string) => Source | undefined,
): Place {
  return resolveWithin(reference, from, open, longestChain);
}

/** @param chain the number of further references that the pointer may lead through */
function resolveWithin(
  reference: string,
  from: Place,
  open: (path: string) => Source | undefined,
  chain: number,
): Place {
  const hash = reference.indexOf('#');
  const file = hash === -1 ? reference : reference.slice(0, hash);
  const fragment = hash === -1 ? '' : reference.slice(hash + 1);
  if (/^[a-z][a-z0-9+.-]*:/i.test(file)) {
    throw missing(reference, from, 'remote references are not allowed in cached tasks');
  }
  if (fragment !== '' && !fragment.startsWith('/')) {
    throw missing(reference, from, `"${fragment}" is not a JSON pointer; anchors are not supported`);
  }
  const path = file === '' ? from.source.path : posix.join(posix.dirname(from.source.path), decodeUri(file));
  if (path === '..' || path.startsWith('../'))
    throw missing(reference, from, 'it points outside the workspace');
  const source = file === '' ? from.source : open(path);
  if (source === undefined) throw missing(reference, from, `file not found: ${path}`);
  const pointer = pointerOf(fragment);
  const place = locate({ source, pointer }, open, chain);
  if (place === undefined) throw missing(reference, from, `${path} has nothing at ${fragmentOf(pointer)}`);
  return place;
}

/** Returns where the value of a place is, whose pointer can lead through references; undefined if nothing is there. */
function locate(place: Place, open: (path: string) => Source | undefined, chain: number): Place | undefined {
  if (valueAt(place.source.data, place.pointer) !== undefined) return place;
  const next = firstReference(place);
  if (next === undefined || chain === 0) return undefined;
  const { source, pointer } = resolveWithin(next.reference, next.at, open, chain - 1);
  return locate({ source, pointer: [...pointer, ...next.rest] }, open, chain - 1);
}

/** Returns the first reference on the way to a place, and the rest of the way. */
function firstReference({ source, pointer }: Place) {
  for (let length = 0; length < pointer.length; length++) {
    const at = { source, pointer: pointer.slice(0, length) };
    const node = valueAt(source.data, at.pointer);
    if (isReference(node)) return { reference: node.$ref, at, rest: pointer.slice(length) };
  }
  return undefined;
}

function missing(reference: string, { source, pointer }: Place, why: string): MillwrightError {
  return goError('OPENAPI_REF_MISSING', {
    what: `the reference ${reference} cannot be resolved`,
    location: { file: source.path, line: source.lineOf([...pointer, '$ref']) },
    why,
  });
}
export function withoutReference(node: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => key !== '$ref'));
}

/**
 * Returns the target of an entry that only refers to another file, and the targets of that one if it does too.
 * @param at the place of the entry
 */
export function aliasTargets(
  entry: unknown,
  at: Place,
  resolve: (reference: string, at: Place) => Place,
): Place[] {
  const targets: Place[] = [];
  const isAlias = (node: unknown): node is Reference => isReference(node) && Object.keys(node).length === 1;
  for (let [node, place] = [entry, at]; isAlias(node); node = valueAt(place.source.data, place.pointer)) {
    place = resolve(node.$ref, place);
    const key = keyOf(place);
    if (place.source === at.source || targets.some((target) => keyOf(target) === key)) break;
    targets.push(place);
  }
  return targets;
}
