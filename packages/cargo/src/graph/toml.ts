/** A parsed TOML table, before anything is known of its keys. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** The value as a table; undefined for anything else. */
export function asTable(value: unknown): TomlTable | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) || value instanceof Date) return undefined;
  return value as TomlTable;
}

/** The value as a list of strings; other members are passed over. */
export function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
}

/** The tables below a key, by name; members that are no tables are passed over. */
export function tablesOf(value: unknown): readonly (readonly [string, TomlTable])[] {
  return Object.entries(asTable(value) ?? {}).flatMap(([key, member]) => {
    const table = asTable(member);
    return table ? [[key, table] as const] : [];
  });
}

/** The same data with keys in order, so that two tables that mean the same print the same. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  const table = asTable(value);
  if (!table) return value;
  const sorted = Object.keys(table).sort();
  return Object.fromEntries(sorted.map((key) => [key, canonical(table[key])]));
}
