import { z } from 'zod';
import { didYouMean } from '../text/closest.js';
import { toolkitError } from '../errors.js';
import { formatOrigin, type OptionOrigin } from './origin.js';

/**
 * Parses and validates options.
 * @param where the executor, generator or plugin that the options belong to
 * @param origin what set them, or a function that finds what set an option by its path
 * @throws MillwrightError OPTION_INVALID naming each option, its value and what was expected
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
  where: string,
  origin?: OptionOrigin | ((path: readonly PropertyKey[]) => OptionOrigin | undefined),
): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const { issues } = result.error;
  const origins = issues.map((issue) => (typeof origin === 'function' ? origin(optionOf(issue)) : origin));
  const location = origins.find((one) => one !== undefined && 'file' in one);
  // The message names this file as its place.
  const named = origins.map((one) =>
    one === undefined || ('file' in one && one.file === location?.file) ? '' : formatOrigin(one),
  );
  throw toolkitError('OPTION_INVALID', {
    what: `invalid options for ${where}`,
    location,
    why: describeIssues(schema, options, issues, named).join('; '),
    ...(location === undefined ? {} : { remedy: `correct the option in ${location.file}` }),
  });
}

/** Returns the path of the option that an issue is about. zod reports an unknown option at the object around it. */
function optionOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
}

/**
 * Describes each issue of invalid options: the option, its value and what was expected.
 * @param origins what set the option of each issue; empty if the description does not name it
 */
export function describeIssues(
  schema: z.ZodType,
  options: unknown,
  issues: readonly z.core.$ZodIssue[],
  origins: readonly string[] = [],
): string[] {
  return issues.map((issue, index) => {
    const path = issue.path.join('.');
    const value = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      options,
    );
    const expected = `${expectation(issue)}${suggestion(issue, value, schema)}`;
    const origin = origins[index] ?? '';
    if (path === '') return origin === '' ? expected : `${expected} (${origin})`;
    if (value === undefined) return `${path} is not set: ${expected}`;
    return `${path} is ${shown(value)}${origin === '' ? '' : ` (${origin})`}: ${expected}`;
  });
}

/** Returns what zod expected. For a union, lists each alternative instead of zod's "Invalid input". */
function expectation(issue: z.core.$ZodIssue): string {
  const inner = (issues: readonly z.core.$ZodIssue[]) =>
    issues.map((one) => [...one.path, expectation(one)].join(': ')).join(', ');
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return issue.errors.map(inner).join('; or ');
  if (issue.code === 'invalid_key') return `${issue.message}: ${inner(issue.issues)}`;
  // The received value is already in the message.
  return issue.message.replace(/^Invalid input: (expected .*), received undefined$/, '$1');
}

/** Returns a suggestion for a misspelled name or value. */
function suggestion(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): string {
  if (issue.code === 'invalid_value' && typeof value === 'string')
    return didYouMean(
      value,
      issue.values.filter((one) => typeof one === 'string'),
    );
  if (issue.code !== 'unrecognized_keys') return '';
  const known = optionsAt(schema, issue.path);
  return issue.keys.map((key) => didYouMean(key, known)).join('');
}

/** Returns the names of the options of a nested object in a schema. */
function optionsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  for (const key of path) {
    if (!isRecord(at)) return [];
    at =
      (isRecord(at.properties) ? at.properties[String(key)] : undefined) ??
      at.items ??
      at.additionalProperties;
  }
  return isRecord(at) && isRecord(at.properties) ? Object.keys(at.properties) : [];
}

/**
 * Formats a value as the user wrote it. Options passed in code can contain values that JSON cannot
 * represent.
 */
function shown(value: unknown): string {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json ?? String(value);
  } catch {
    return String(value);
  }
}

/**
 * Returns the `schema.json` for an executor or generator (JSON Schema draft 7, with Nx's `version: 2`),
 * generated from the zod schema. It contains descriptions, types and defaults, but no constraints, which
 * `parseOptions` checks: if Nx itself rejects the options of a batch, the batch process dies without a
 * message.
 */
export function nxSchema(schema: z.ZodType, title: string): string {
  const json = describeOnly(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }));
  const described = { version: 2, title, description: title, ...json, ...typed(json.properties) };
  return `${JSON.stringify(described, null, 2)}\n`;
}

/** The types of a string on the command line: Nx passes 2.28 as a number, and true as a boolean. */
const textTypes = ['string', 'number', 'boolean'];

/**
 * Gives each option that accepts strings the type `string`, which `--help` shows. Nx and JSON Schema
 * validate only the `$ref` beside it, which accepts numbers too.
 */
function typed(properties: unknown): Record<string, unknown> {
  if (!isRecord(properties)) return {};
  const definitions: Record<string, unknown> = {};
  const all = Object.entries(properties).map(([name, property]) => {
    if (!isRecord(property) || property.type !== undefined) return [name, property];
    const { anyOf, ...rest } = property;
    const alternatives = Array.isArray(anyOf) ? anyOf.filter(isRecord) : [{}];
    const isText = alternatives.some(({ type }) => type === undefined);
    if (!isText) return [name, { type: alternatives[0]?.type, ...property }];
    const definition = anyOf === undefined ? 'text' : name;
    const types = alternatives.flatMap(({ type }) => type ?? textTypes);
    definitions[definition] = { type: [...new Set(types)], ...(anyOf === undefined ? {} : { anyOf }) };
    return [name, { type: 'string', $ref: `#/definitions/${definition}`, ...rest }];
  });
  const isReferred = Object.keys(definitions).length > 0;
  return { properties: Object.fromEntries(all) as unknown, ...(isReferred ? { definitions } : {}) };
}

/** The keywords of JSON Schema that reject values. */
const constraints: readonly string[] = [
  'pattern',
  'format',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'additionalProperties',
  'propertyNames',
  'required',
];

function describeOnly(json: Record<string, unknown>): Record<string, unknown> {
  const { enum: choices, const: choice, properties, ...rest } = json;
  // Nx converts a string that looks like a number to one, which the type `string` would reject.
  const refuses = ([key, value]: [string, unknown]) =>
    constraints.includes(key) || (key === 'type' && value === 'string');
  const kept = Object.entries(rest).filter((entry) => !refuses(entry));
  const described = Object.fromEntries(kept.map(([key, value]) => [key, describeWithin(value)]));
  // The keys are option names, which can equal keywords.
  if (isRecord(properties)) {
    described.properties = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, describeWithin(value)]),
    );
  }
  const choiceList = Array.isArray(choices) ? choices : choice === undefined ? [] : [choice];
  if (choiceList.length > 0) {
    const description = typeof rest.description === 'string' ? rest.description : '';
    described.description = `${description} One of: ${choiceList.join(', ')}.`.trim();
  }
  return described;
}

function describeWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(describeWithin);
  return isRecord(value) ? describeOnly(value) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
