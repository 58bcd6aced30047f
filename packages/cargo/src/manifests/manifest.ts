import { firstLine } from '@millwright/toolkit';
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
      what: 'the manifest is not valid UTF-8',
      location: { file: path },
      why: 'cargo requires UTF-8',
      remedy: 'save the file as UTF-8',
    });
  }
  let written: TomlTable;
  try {
    written = parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw cargoError('MANIFEST_INVALID', {
      what: 'the manifest is not valid TOML',
      location: { file: path, line: error.line, column: error.column },
      why: firstLine(error.message),
      cause: error,
    });
  }
  const manifest = withPackage(written);
  for (const [keys, expected] of expectations) {
    const value = keys.reduce<unknown>((table, key) => asTable(table)?.[key], manifest);
    if (value === undefined || expected.isValid(value)) continue;
    throw cargoError('MANIFEST_INVALID', {
      what: `invalid value for \`${keys.join('.')}\``,
      location: { file: path, line: tomlLine(text, keys) },
      why: `it must be ${expected.name}`,
    });
  }
  const pack = asTable(manifest.package);
  if (pack && typeof pack.name !== 'string') {
    throw cargoError('MANIFEST_INVALID', {
      what: 'the package has no name',
      location: {
        file: path,
        line: tomlLine(text, pack === written.package ? ['package'] : ['project']),
      },
      why: 'cargo requires `package.name`',
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
