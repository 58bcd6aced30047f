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

/** The same table with keys in order throughout, so that two tables that mean the same print the same. */
export function canonical(table: TomlTable): TomlTable {
  const sorted = Object.keys(table).sort();
  return Object.fromEntries(sorted.map((key) => [key, canonicalValue(table[key])]));
}

function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalValue);
  const table = asTable(value);
  return table ? canonical(table) : value;
}
