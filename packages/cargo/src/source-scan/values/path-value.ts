/** The value of a path expression: a path relative to the crate, or `generated` for one in `OUT_DIR`. */
export type PathValue = { readonly path: string } | 'generated';

/** Returns the values of parts written one after another; undefined if a part is unknown or there are too many. */
export function appendedAll(
  parts: readonly (readonly PathValue[])[] | undefined,
): readonly PathValue[] | undefined {
  let values: readonly PathValue[] | undefined = parts && [{ path: '' }];
  for (const part of parts ?? []) values = values && combined(values, part, appended);
  return values;
}

/** The maximum number of values of an expression. */
const maxValues = 256;

/** Returns each value of one combined with each of the other; undefined if there are too many. */
export function combined(
  some: readonly PathValue[],
  others: readonly PathValue[],
  combine: (one: string, other: string) => string,
): readonly PathValue[] | undefined {
  if (some.length * others.length > maxValues) return undefined;
  return some.flatMap((one) =>
    others.map((other) => {
      if (one === 'generated' || other === 'generated') return 'generated';
      return { path: combine(one.path, other.path) };
    }),
  );
}

/** Joins paths as `Path::join` does. */
export function joined(one: string, other: string): string {
  return other.startsWith('/') ? other : `${one}/${other}`;
}

function appended(one: string, other: string): string {
  return one + other;
}
