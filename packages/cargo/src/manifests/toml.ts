import { isDeeperThan } from '@millwright/toolkit';
import { parse, TomlError } from 'smol-toml';

/** A parsed TOML table, before anything is known of its keys. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** Far deeper than anything that cargo reads; a key with dots has no limit in TOML. */
const deepest = 100;

/**
 * Parses TOML. Integers beyond those that JavaScript has exactly become text, since they are only compared.
 * @throws TomlError where the text is no TOML, or tables are nested so deeply that nothing can be done with them
 */
export function parseToml(text: string): TomlTable {
  const table = parse(text, { integersAsBigInt: 'asNeeded' });
  if (isDeeperThan(table, deepest)) {
    throw new TomlError(`tables are nested more than ${deepest} deep`, { toml: text, ptr: 0 });
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
