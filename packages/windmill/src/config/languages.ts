import { closest } from '@millwright/toolkit/core';
import { windmillError } from '../errors.js';

/** The languages of a 1.533.1 server, in the order of its own messages; 1.713.1 adds rlang. */
export const languages = [
  'nativets',
  'deno',
  'python3',
  'go',
  'bash',
  'powershell',
  'postgresql',
  'bun',
  'bunnative',
  'mysql',
  'bigquery',
  'snowflake',
  'graphql',
  'mssql',
  'oracledb',
  'duckdb',
  'php',
  'rust',
  'ansible',
  'csharp',
  'nu',
  'java',
  'ruby',
] as const;

const aliases: Readonly<Record<string, string>> = {
  javascript: 'bun',
  js: 'bun',
  typescript: 'bun',
  ts: 'bun',
  sql: 'postgresql',
  python: 'python3',
  py: 'python3',
  sh: 'bash',
  shell: 'bash',
};

/** Languages whose scripts run without a lock, thus at once. */
export const lockless: ReadonlySet<string> = new Set([
  ...[
    'bash',
    'powershell',
    'postgresql',
    'mysql',
    'bigquery',
    'snowflake',
    'graphql',
    'mssql',
    'oracledb',
    'duckdb',
  ],
  ...['nativets', 'bunnative', 'nu'],
]);

/**
 * Windmill's name of a language.
 * @throws LANGUAGE_UNKNOWN
 */
export function languageOf(name: string): string {
  const language = aliases[name.toLowerCase()] ?? name;
  if ((languages as readonly string[]).includes(language) || language === 'rlang') return language;
  const near = closest(name, [...languages, ...Object.keys(aliases)]);
  throw windmillError('LANGUAGE_UNKNOWN', {
    what: `Windmill has no script language \`${name}\``,
    why: `Windmill has ${languages.join(', ')}`,
    ...(near === undefined ? {} : { remedy: `use \`${near}\`` }),
  });
}
