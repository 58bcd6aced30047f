import { isDeeperThan } from '@millwright/toolkit';
import { parse, TomlError } from 'smol-toml';

/** A parsed TOML table, unvalidated. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Deeper than any table that cargo reads; TOML does not limit the length of dotted keys. */
const maxDepth = 100;

/**
 * Parses TOML. Integers that JavaScript cannot represent exactly become strings, because they are only compared.
 * @throws TomlError if the text is not TOML, or if tables are nested too deeply
 */
export function parseToml(text: string): TomlTable {
  const table = parse(text, { integersAsBigInt: 'asNeeded' });
  if (isDeeperThan(table, maxDepth)) {
    throw new TomlError(`tables are nested more than ${maxDepth} deep`, { toml: text, ptr: 0 });
  }
  return /\d{16}/.test(text) ? (withoutBigInts(table) as TomlTable) : table;
}

function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(withoutBigInts);
  const table = asTable(value);
  if (!table) return value;
  return Object.fromEntries(Object.entries(table).map(([key, inner]) => [key, withoutBigInts(inner)]));
}

/** Returns the value if it is a table; undefined otherwise. */
export function asTable(value: unknown): TomlTable | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) || value instanceof Date) return undefined;
  return value as TomlTable;
}

/** Returns the strings in a list; ignores other values. */
export function asStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : [];
}

/** Returns the tables in a table, by key; ignores other values. */
export function tablesOf(value: unknown): readonly (readonly [string, TomlTable])[] {
  return Object.entries(asTable(value) ?? {}).flatMap(([key, member]) => {
    const table = asTable(member);
    return table ? [[key, table] as const] : [];
  });
}

/** Sorts keys at all levels, so that equivalent tables have equal JSON. */
export function canonical(table: TomlTable): TomlTable {
  const sorted = Object.keys(table).sort();
  return Object.fromEntries(sorted.map((key) => [key, canonicalValue(table[key])]));
}

function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalValue);
  const table = asTable(value);
  return table ? canonical(table) : value;
}
