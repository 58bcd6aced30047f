import { cargoError } from '../errors.js';
import { TomlError } from 'smol-toml';
import { asTable, parseToml, type TomlTable } from './toml.js';
import { tomlLine } from './toml-lines.js';

/** Returns the path of the manifest in a folder. */
export function manifestOf(folder: string): string {
  return folder === '.' ? 'Cargo.toml' : `${folder}/Cargo.toml`;
}

/**
 * Parses a manifest and checks the types of the values that the plugin reads.
 * @param path relative to the Nx workspace, for messages
 * @param isUtf8 whether the file is valid UTF-8
 * @throws MillwrightError MANIFEST_INVALID with file and line
 */
export function parseManifest(path: string, text: string, isUtf8 = true): TomlTable {
  if (!isUtf8) {
    throw cargoError('MANIFEST_INVALID', {
      what: `${path} is not UTF-8`,
      why: 'cargo only reads UTF-8 manifests',
    });
  }
  let written: TomlTable;
  try {
    written = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw cargoError('MANIFEST_INVALID', {
      what: `${path}:${error.line}:${error.column} is not valid TOML`,
      why: error.message.split('\n')[0] ?? error.message,
      cause: error,
    });
  }
  const manifest = withPackage(written);
  for (const [keys, expected] of expectations) {
    const value = keys.reduce<unknown>((table, key) => asTable(table)?.[key], manifest);
    if (value === undefined || expected.isValid(value)) continue;
    throw cargoError('MANIFEST_INVALID', {
      what: `${path}:${tomlLine(text, keys)} has an invalid value for ${keys.join('.')}`,
      why: `it must be ${expected.name}`,
    });
  }
  const pack = asTable(manifest.package);
  if (pack && typeof pack.name !== 'string') {
    throw cargoError('MANIFEST_INVALID', {
      what: `${path}:${tomlLine(text, pack === written.package ? ['package'] : ['project'])} has a package without a name`,
      why: 'cargo requires package.name',
    });
  }
  return manifest;
}

/** Renames `[project]`, the deprecated name of `[package]` that cargo still supports. */
function withPackage(manifest: TomlTable): TomlTable {
  const { project, ...rest } = manifest;
  return project === undefined || 'package' in manifest ? manifest : { ...rest, package: project };
}

const table = { name: 'a table', isValid: (value: unknown) => asTable(value) !== undefined };
const list = { name: 'a list of strings', isValid: isStringList };

/** The values that the plugin reads and their types (Cargo reference, "The Manifest Format"). */
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
