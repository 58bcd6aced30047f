/** A mapping of a document that was read from a file: YAML, JSON or TOML. */
export type Mapping = Record<string, unknown>;

/** Whether a value of a document is a mapping. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a mapping itself has under a key; a key such as `constructor` finds nothing that every object inherits. */
export function ownValue<Value>(mapping: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

/** The key that stands for an object's prototype wherever JavaScript assigns to it. */
export const prototypeKey = '__proto__';

/**
 * Finds the key `__proto__` in a document. No format that we read has a use for it, so that a document with it is refused.
 * @returns the place of the first one, with the key as its last step
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

/** The way to a place, from its end. */
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
 * How many values a document has once everything that YAML's aliases share is written out; counted without doing so.
 * Infinity where a value contains itself.
 */
export function expandedSize(document: unknown): number {
  const sizes = new Map<object, number>();
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    // What is met again while it is being counted contains itself.
    sizes.set(value, Infinity);
    const size = Object.values(value).reduce<number>((sum, inner) => sum + sizeOf(inner), 1);
    sizes.set(value, size);
    return size;
  };
  return sizeOf(document);
}

/** Whether a document has values within more values than a number, below which code may call itself for each level. */
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
 * The result of a parser that calls itself for each level of a document, as those of YAML and TOML do.
 * @returns undefined where the document is nested so deeply that the stack is exhausted
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
 * Options of the package `yaml` for texts that others wrote. Its pretty errors count lines from the beginning for each
 * mistake, and it compares each key of a mapping with all others, which takes quadratic time where there are many:
 * `yamlProblem` finds keys that are there twice.
 */
export const yamlOptions = { prettyErrors: false, uniqueKeys: false } as const;

/** A copy that shares nothing with the original. */
export function cloneDocument<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(cloneDocument) as Value;
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cloneDocument(inner)]),
  ) as Value;
}

/**
 * Merges a change into a mapping: mappings are merged, lists joined, all else replaced. Nothing but own keys of the two
 * is read or written.
 */
export function mergeInto(mapping: Mapping, change: Readonly<Mapping>): void {
  for (const [key, value] of Object.entries(change)) {
    if (key === prototypeKey) throw new TypeError(`a document cannot have the key ${prototypeKey}`);
    const standing = ownValue(mapping, key);
    if (isMapping(standing) && isMapping(value)) mergeInto(standing, value);
    else if (Array.isArray(standing) && Array.isArray(value)) {
      for (const item of value) standing.push(cloneDocument(item));
    } else mapping[key] = cloneDocument(value);
  }
}
