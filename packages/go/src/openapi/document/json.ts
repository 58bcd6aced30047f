/** An object of a document (a mapping in YAML). */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The steps of a JSON pointer (RFC 6901) or of a place in a document. */
export type Pointer = readonly string[];

/** Returns the value at a place, or undefined if there is none. */
export function valueAt(root: unknown, pointer: Pointer): unknown {
  let value = root;
  for (const step of pointer) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isObject(value) && Object.hasOwn(value, step)) value = value[step];
    else return undefined;
  }
  return value;
}

/** Formats a pointer as the fragment of a reference: `#/components/schemas/Pet`. */
export function fragmentOf(pointer: Pointer): string {
  return `#${pointer.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/** Parses a fragment without its `#`. It can be percent-encoded. */
export function pointerOf(fragment: string): Pointer {
  return fragment
    .split('/')
    .slice(1)
    .map((step) => decodeUri(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns JSON in which integers keep all their digits. */
export function toJson(value: unknown): string {
  const keepDigits = (_: string, inner: unknown) =>
    typeof inner === 'bigint' ? rawJson(inner.toString()) : inner;
  return JSON.stringify(value, keepDigits);
}

/**
 * JSON.rawJSON, which is missing from TypeScript's library (ECMAScript proposal JSON.parse source text
 * access).
 */
const rawJson = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
