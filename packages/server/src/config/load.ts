import { type Environment, MillwrightError, readRegularFile } from '@millwright/toolkit/core';
import { describeIssues } from '@millwright/toolkit';
import { serverError } from '../errors.js';
import { environmentFields, type Fields, isFields, mergeFields } from './environment.js';
import { type ServerConfig, serverConfigSchema } from './schema.js';

const variablePrefix = 'MILLWRIGHT_SERVER';

/**
 * Merges the configuration: command line over environment over file over defaults.
 * @param file a JSON file, or undefined
 * @throws MillwrightError SERVER_CONFIG_INVALID with every wrong field
 */
export function loadConfig(flags: Fields, env: Environment, file: string | undefined): ServerConfig {
  const fromFile = file === undefined ? {} : readConfigFile(file);
  const variables = environmentFields(serverConfigSchema, env, variablePrefix, parseJson);
  const merged = mergeFields(mergeFields(fromFile, variables), flags);
  const result = serverConfigSchema.safeParse(merged);
  if (result.success) return withSecrets(result.data);
  throw serverError('SERVER_CONFIG_INVALID', {
    what: 'the configuration of the server is invalid',
    why: describeIssues(serverConfigSchema, withoutPassword(merged), result.error.issues).join('; '),
  });
}

/** A message shows the wrong value. Where the password of a wrong URL ends is unknown, so all up to the host is left out. */
function withoutPassword(fields: Fields): Fields {
  const { databaseUrl } = fields;
  return typeof databaseUrl === 'string'
    ? { ...fields, databaseUrl: databaseUrl.replace(/\/\/.*@/s, '//***@') }
    : fields;
}

/** The configuration as it may be printed: without the password of the database. */
export function withoutSecrets(config: ServerConfig): ServerConfig {
  if (config.databaseUrl === undefined) return config;
  const url = new URL(config.databaseUrl);
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return { ...config, databaseUrl: url.href };
}

/** Returns the configuration with the content of the files that it names. An editor ends a file with a line break. */
function withSecrets(config: ServerConfig): ServerConfig {
  const { databaseUrlFile: path } = config;
  if (path === undefined) return config;
  const { bytes, failure } = readRegularFile(path);
  if (bytes === undefined) throw invalid(`the file ${path} of databaseUrlFile cannot be read`, failure.why);
  const read = serverConfigSchema.shape.databaseUrl.safeParse(bytes.toString('utf8').trim());
  if (read.success) return { ...config, databaseUrl: read.data };
  throw invalid(
    `the file ${path} of databaseUrlFile is not usable`,
    'expected a URL such as postgres://user:password@host/database',
  );
}

function readConfigFile(path: string): Fields {
  const { bytes, failure } = readRegularFile(path);
  if (bytes === undefined) throw invalid(`${path} cannot be read`, failure.why);
  const value = parseJson(bytes.toString('utf8'), path);
  if (isFields(value)) return value;
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
