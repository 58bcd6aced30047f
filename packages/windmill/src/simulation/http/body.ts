import type { JsonObject } from '../../client/json.js';
import { languages } from '../../config/languages.js';
import { type Call, text } from './router.js';

const shape = 'Failed to deserialize the JSON body into the target type';

/** The body of a call as an object with these fields, or the rejection that the server's JSON extractor answers. */
export function readBody(call: Call, required: readonly string[]): JsonObject | Response {
  if (!call.request.headers.get('content-type')?.startsWith('application/json')) {
    return text('Expected request with `Content-Type: application/json`', 415);
  }
  let value: unknown;
  try {
    value = JSON.parse(call.body);
  } catch {
    const column = call.body.length;
    return text(
      `Failed to parse the request body as JSON: EOF while parsing a value at line 1 column ${column}`,
      400,
    );
  }
  const end = `at line 1 column ${call.body.length}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return text(`${shape}: invalid type, expected struct ${end}`, 422);
  }
  const body = value as JsonObject;
  const { language } = body;
  if (language !== undefined && !(languages as readonly unknown[]).includes(language)) {
    const known = languages.map((name) => `\`${name}\``).join(', ');
    const given = typeof language === 'string' ? language : JSON.stringify(language);
    return text(`${shape}: language: unknown variant \`${given}\`, expected one of ${known} ${end}`, 422);
  }
  const missing = required.find((field) => body[field] === undefined);
  return missing === undefined ? body : text(`${shape}: missing field \`${missing}\` ${end}`, 422);
}

/** A field as text; the server accepts null for most. */
export function stringField(body: JsonObject, field: string): string {
  const value = body[field];
  return typeof value === 'string' ? value : '';
}
