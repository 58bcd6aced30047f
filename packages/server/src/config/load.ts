import { type Environment, MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { describeIssues } from '@millwright/toolkit';
import { serverError } from '../errors.js';
import { type ServerConfig, serverConfigSchema } from './schema.js';

/** Fields as a source names them, before they are checked. */
type Fields = Readonly<Record<string, unknown>>;

const variablePrefix = 'MILLWRIGHT_SERVER_';
const numbers = new Set(['port', 'maxEntryBytes', 'maxUnpackedBytes', 'requestSeconds', 'tokenMinutes']);

/**
 * Merges the configuration: command line over environment over file over defaults.
 * @param file a JSON file, or undefined
 * @throws MillwrightError SERVER_CONFIG_INVALID with every wrong field
 */
export function loadConfig(flags: Fields, env: Environment, file: string | undefined): ServerConfig {
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const merged = { ...fromFile, ...environmentFields(env), ...defined(flags) };
  const result = serverConfigSchema.safeParse(merged);
  if (result.success) return result.data;
  throw serverError('SERVER_CONFIG_INVALID', {
    what: 'the configuration of the server is invalid',
    why: describeIssues(serverConfigSchema, merged, result.error.issues).join('; '),
  });
}

/** The configuration as it may be printed: without the password of the database. */
export function withoutSecrets(config: ServerConfig): ServerConfig {
  if (config.databaseUrl === undefined) return config;
  const url = new URL(config.databaseUrl);
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return { ...config, databaseUrl: url.href };
}

/** Fields of the environment: MILLWRIGHT_SERVER_DATABASE_URL sets `databaseUrl`. `trust` and `quotaBytes` are JSON. */
function environmentFields(env: Environment): Fields {
  const fields = Object.keys(serverConfigSchema.shape).flatMap((name): [string, unknown][] => {
    const variable = variablePrefix + name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    const text = env[variable];
    if (text === undefined || text === '') return [];
    if (numbers.has(name)) return [[name, Number(text)]];
    return [[name, name === 'trust' || name === 'quotaBytes' ? parseJson(text, variable) : text]];
  });
  return Object.fromEntries(fields);
}

function readConfigFile(path: string): Fields {
  const { bytes, failure } = readRegularFile(path);
  if (bytes === undefined) throw invalid(`${path} cannot be read`, failure.why);
  const value = parseJson(bytes.toString('utf8'), path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalid(`${path} is not usable`, 'the file must contain a JSON object');
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`${source} is not valid JSON`, error);
  }
}

function invalid(what: string, error: unknown): MillwrightError {
  return serverError('SERVER_CONFIG_INVALID', {
    what,
    why: error instanceof Error ? error.message : String(error),
  });
}

function defined(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
