/** A mapping in a parsed document: YAML, JSON or TOML. */
export type Mapping = Record<string, unknown>;

/** Returns true if a value of a document is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a mapping's own value for a key, ignoring inherited properties such as `constructor`. */
export function ownValue<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** The key that JavaScript assignments treat as the object's prototype. */
const prototypeKey = '__proto__';

/**
 * Finds the key `__proto__` in a document. No supported format uses it, so a document with it is rejected.
 * @returns the path of the first one, including the key
 */
export function findPrototypeKey(document: unknown): readonly string[] | undefined {
  const seen = new Set<unknown>();
  const pending: (readonly [unknown, Steps | undefined])[] = [[document, undefined]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [value, steps] = next;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (Object.hasOwn(value, prototypeKey)) return listSteps({ key: prototypeKey, before: steps });
    for (const [key, inner] of Object.entries(value)) pending.push([inner, { key, before: steps }]);
  }
  return undefined;
}

/** The steps to a place, last step first. */
interface Steps {
  readonly key: string;
  readonly before: Steps | undefined;
}

function listSteps(last: Steps): string[] {
  const keys: string[] = [];
  for (let step: Steps | undefined = last; step !== undefined; step = step.before) keys.unshift(step.key);
  return keys;
}

/**
 * Returns the number of values in a document with all YAML aliases expanded, without expanding them.
 * Infinity if a value contains itself.
 */
export function expandedSize(document: unknown): number {
  const sizes = new Map<unknown, number>();
  /** Values that are being counted. One that occurs in itself is infinite. */
  const open = new Set<unknown>();
  const sizeOf = (value: unknown) => (isObject(value) ? (sizes.get(value) ?? Infinity) : 1);
  const pending = [document];
  // Without recursion: aliases can nest values deeper than the call stack.
  for (let value = pending.at(-1); pending.length > 0; value = pending.at(-1)) {
    if (!isObject(value) || sizes.has(value)) {
      pending.pop();
    } else if (open.has(value)) {
      open.delete(value);
      sizes.set(
        value,
        Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner), 1),
      );
    } else {
      open.add(value);
      for (const inner of Object.values(value)) if (isObject(inner) && !open.has(inner)) pending.push(inner);
    }
  }
  return sizeOf(document);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Returns true if a document is nested deeper than the number of levels that recursive code can handle. */
export function isDeeperThan(document: unknown, levels: number): boolean {
  const pending: (readonly [unknown, number])[] = [[document, 0]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [value, level] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (level >= levels) return true;
    for (const inner of Object.values(value)) pending.push([inner, level + 1]);
  }
  return false;
}

/**
 * Runs a recursive parser, such as those of YAML and TOML.
 * @returns undefined if the document is nested so deeply that the call stack is exhausted
 */
export function unlessTooDeep<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * Options of the package `yaml` for untrusted texts. They disable pretty errors, which count lines from the
 * beginning for each error, and the check for unique keys, which takes quadratic time. `yamlProblem` finds
 * duplicate keys instead. Lists and mappings as keys are errors: the library needs seconds to convert 400
 * nested ones to text, and searches all anchors for each.
 */
export const yamlOptions = { prettyErrors: false, uniqueKeys: false, stringKeys: true } as const;

/** Returns a deep copy. */
export function cloneDocument<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(cloneDocument) as Value;
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cloneDocument(inner)]),
  ) as Value;
}

/**
 * Merges a change into a mapping: mappings are merged, lists joined, and everything else replaced. Reads
 * and writes own keys only.
 */
export function mergeInto(mapping: Mapping, change: Readonly<Mapping>): void {
  for (const [key, value] of Object.entries(change)) {
    if (key === prototypeKey) throw new TypeError(`a document cannot have the key ${prototypeKey}`);
    const existing = ownValue(mapping, key);
    if (isMapping(existing) && isMapping(value)) mergeInto(existing, value);
    else if (Array.isArray(existing) && Array.isArray(value)) {
      for (const item of value) existing.push(cloneDocument(item));
    } else mapping[key] = cloneDocument(value);
  }
}
