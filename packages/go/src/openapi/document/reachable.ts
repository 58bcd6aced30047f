import { isObject, type JsonObject, type Pointer, pointerOf, valueAt } from './json.js';
import { type Kind, kindOfSection, walk } from './shape.js';

/** A reference within a bundled document. */
export interface InnerReference {
  readonly target: Pointer;
  readonly kind: Kind;
  readonly pointer: Pointer;
}

/** Returns the internal references in a part of a bundled document. */
export function referencesIn(node: unknown, kind: Kind, pointer: Pointer): InnerReference[] {
  const found: InnerReference[] = [];
  walk(
    node,
    kind,
    (object, innerKind, place) => {
      if (typeof object.$ref === 'string' && object.$ref.startsWith('#')) {
        found.push({ target: pointerOf(object.$ref.slice(1)), kind: innerKind, pointer: place });
      }
    },
    pointer,
  );
  return found;
}

/** Returns the components that operations use, as `section/name`. Generators ignore the others. */
export function reachableComponents(document: JsonObject): Set<string> {
  const found = new Set<string>();
  const pending = referencesIn({ paths: document.paths, webhooks: document.webhooks }, 'document', []);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [, section = '', name = ''] = next.target;
    const key = `${section}/${name}`;
    const kind = kindOfSection(section);
    if (next.target[0] !== 'components' || kind === undefined || found.has(key)) continue;
    found.add(key);
    const pointer = next.target.slice(0, 3);
    pending.push(...referencesIn(valueAt(document, pointer), kind, pointer));
  }
  return found;
}

/** Returns the entries of a section of `components`. */
export function componentsOf(document: JsonObject, section: string): [string, unknown][] {
  const entries = valueAt(document, ['components', section]);
  return isObject(entries) ? Object.entries(entries) : [];
}
