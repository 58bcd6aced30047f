import { z } from 'zod';
import type { Environment } from '@millwright/toolkit/core';

/** Fields as a source names them, before they are checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** The part of a JSON schema that decides how the text of a variable is read. */
interface FieldSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/**
 * Returns the fields that environment variables set: `PREFIX_DATABASE_URL` sets `databaseUrl`, and `PREFIX_S3_BUCKET` sets
 * `bucket` of `s3`. Lists and whole objects are JSON. An empty variable sets nothing.
 * @param parse reads JSON, and throws an error that names the variable
 */
export function environmentFields(
  schema: z.ZodType,
  env: Environment,
  prefix: string,
  parse: (text: string, variable: string) => unknown,
): Fields {
  const read = ({ type, properties }: FieldSchema, variable: string): unknown => {
    // The bare prefix sets nothing: MILLWRIGHT_SERVER is the URL that clients use.
    const text = variable === prefix ? undefined : env[variable];
    const parts = Object.entries(properties ?? {}).flatMap(([name, field]) => {
      const value = read(field, `${variable}_${upper(name)}`);
      return value === undefined ? [] : [[name, value] as const];
    });
    const own = text === undefined || text === '' ? undefined : valueOf(text, type, variable);
    return parts.length === 0 ? own : mergeFields(asFields(own), Object.fromEntries(parts));
  };
  const valueOf = (text: string, type: string | undefined, variable: string): unknown => {
    if (type === 'string') return text;
    // Kubernetes sets such a variable for a service that is called like our prefix.
    if (text.startsWith('tcp://')) return undefined;
    if (type === 'integer' || type === 'number') return Number(text);
    if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
    return type === 'boolean' ? text : parse(text, variable);
  };
  return asFields(read(z.toJSONSchema(schema, { io: 'input' }) as FieldSchema, prefix));
}

/** Merges fields of two sources; the second comes first. Objects are merged field by field, lists are replaced. */
export function mergeFields(base: Fields, over: Fields): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const below = merged[name];
    merged[name] = isFields(value) && isFields(below) ? mergeFields(below, value) : value;
  }
  return merged;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function upper(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
