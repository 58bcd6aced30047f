import { sha256 } from './closure.js';
import { asTable, type TomlTable } from '../../manifests/toml.js';

/**
 * Tables of cargo's configuration that set variables of a build: `[env]`, and `rustc-env` of a build script's override
 * (Cargo reference, "Configuration" and "Build Scripts").
 */
const variables: ReadonlySet<string> = new Set(['env', 'rustc-env']);

/** The user, and possibly the password or token, in a URL (RFC 3986, section 3.2.1). */
const userInformation = /:\/\/[^/?#\s]*@/g;

/**
 * Replaces values that may be secrets by their SHA-256: slices are stored in caches, which other people may read. The
 * digest still differs if the value does.
 * @param config a part of cargo's configuration or of a manifest
 */
export function sealSecrets(config: TomlTable): TomlTable {
  return sealTable(config, false);
}

function sealTable(table: TomlTable, isSecret: boolean): TomlTable {
  return Object.fromEntries(
    Object.entries(table).map(([key, value]) => [
      sealAddresses(key),
      seal(value, isSecret || variables.has(key)),
    ]),
  );
}

function seal(value: unknown, isSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((inner: unknown) => seal(inner, isSecret));
  const table = asTable(value);
  if (table) return sealTable(table, isSecret);
  if (typeof value !== 'string') return value;
  return isSecret ? digestOf(value) : sealAddresses(value);
}

function sealAddresses(text: string): string {
  // `git@` is the user of public servers, not a secret.
  return text.replace(userInformation, (user) =>
    user === '://git@' ? user : `://${digestOf(user.slice(3, -1))}@`,
  );
}

function digestOf(text: string): string {
  return `sha256-${sha256(text)}`;
}
