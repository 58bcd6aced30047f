import { MillwrightError } from '@millwright/toolkit';
import { parse, TomlError } from 'smol-toml';
import { asTable, type TomlTable } from './toml.js';

/**
 * A manifest as it stands, with the tables that are read here known to be tables.
 * @param path relative to the Nx workspace, for messages
 * @throws MillwrightError MANIFEST_INVALID naming file and line
 */
export function parseManifest(path: string, text: string): TomlTable {
  let manifest: TomlTable;
  try {
    manifest = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new MillwrightError('MANIFEST_INVALID', {
      what: `${path}:${error.line}:${error.column} is not valid TOML`,
      why: error.message.split('\n')[0] ?? error.message,
      cause: error,
    });
  }
  for (const [keys, expected] of expectations) {
    const value = keys.reduce<unknown>((table, key) => asTable(table)?.[key], manifest);
    if (value === undefined || expected.holds(value)) continue;
    throw new MillwrightError('MANIFEST_INVALID', {
      what: `${path}:${lineOf(text, keys)} has a wrong value for ${keys.join('.')}`,
      why: `it must be ${expected.name}`,
    });
  }
  const pack = asTable(manifest.package);
  if (pack && typeof pack.name !== 'string') {
    throw new MillwrightError('MANIFEST_INVALID', {
      what: `${path}:${lineOf(text, ['package'])} has a package without a name`,
      why: 'cargo needs package.name',
    });
  }
  return manifest;
}

const table = { name: 'a table', holds: (value: unknown) => asTable(value) !== undefined };
const list = { name: 'a list of strings', holds: isStringList };

/** What is read of a manifest and must have this form (Cargo reference, "The Manifest Format"). */
const expectations = [
  [['package'], table],
  [['workspace'], table],
  [['workspace', 'members'], list],
  [['workspace', 'exclude'], list],
  [['workspace', 'dependencies'], table],
  [['dependencies'], table],
  [['dev-dependencies'], table],
  [['build-dependencies'], table],
  [['target'], table],
  [['features'], table],
  [['lib'], table],
  [['patch'], table],
  [['profile'], table],
] as const;

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every((member) => typeof member === 'string');
}

/** The line of a table's head or of its last key, for messages; 1 where it cannot be told. */
function lineOf(text: string, keys: readonly string[]): number {
  const lines = text.split('\n');
  const last = keys.at(-1) ?? '';
  const heads = [`[${keys.join('.')}]`, `[${keys.join('.')}.`];
  const found = lines.findIndex(
    (line) =>
      heads.some((head) => line.trim().startsWith(head)) || new RegExp(`^\\s*${last}\\s*=`).test(line),
  );
  return found === -1 ? 1 : found + 1;
}
