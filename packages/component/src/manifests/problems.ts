import { didYouMean } from '@millwright/toolkit';
import type { z } from 'zod';
import type { Place } from './yaml.js';

/** A field that is wrong, unknown or doubtful. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly place: Place;
  /** What is wrong, as a sentence without a full stop. */
  readonly message: string;
  /** `unknown` fields are ignored, `doubt` does not prevent a build. */
  readonly severity: 'error' | 'unknown' | 'doubt';
}

/** Returns the problems that zod found in a document, in its order. */
export function findProblems(issues: readonly z.core.$ZodIssue[], document: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(issue, issue.path, document));
}

/** Formats the name of a field: `spec.languages[0].main`. */
export function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${String(step)}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('');
}

/** Returns the value at a path, if any. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    document,
  );
}

function problemsOf(issue: z.core.$ZodIssue, path: readonly PropertyKey[], document: unknown): Problem[] {
  const value = valueAt(document, path);
  const wrong = (message: string, place: Place = 'value'): Problem[] => [
    { path, place, message, severity: 'error' },
  ];
  if (value === undefined && issue.code !== 'unrecognized_keys')
    return wrong(
      issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union'
        ? 'is missing'
        : issue.message,
      'key',
    );
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField(key, path, issue.message));
    case 'invalid_union':
      return problemsOfUnion(issue, path, document);
    case 'invalid_type':
      return wrong(
        `expected ${typeNames[issue.expected] ?? issue.expected}, but it is ${shown(value)}${quotesHint(issue.expected, value)}`,
      );
    case 'invalid_value': {
      const values = issue.values.map(String);
      const suggestion = typeof value === 'string' ? didYouMean(value, values) : '';
      return wrong(
        `${shown(value)} is not ${values.length === 1 ? '' : 'one of '}${values.join(', ')}${suggestion}`,
      );
    }
    case 'invalid_key':
      return wrong(`invalid name: ${issue.issues.map(({ message }) => message).join(', ')}`, 'key');
    case 'too_small':
      return wrong(
        typeof value === 'number' ? `${shown(value)} is less than ${String(issue.minimum)}` : 'is empty',
      );
    case 'too_big':
      return wrong(`${shown(value)} is more than ${String(issue.maximum)}`);
    default:
      return wrong(`${shown(value)} is invalid: ${issue.message}`);
  }
}

/** An unknown field is an error if it resembles a known one, as a misspelt name does. */
function unknownField(key: string, path: readonly PropertyKey[], message: string): Problem {
  const suggestion = didYouMean(key, JSON.parse(message) as readonly string[]);
  return {
    path: [...path, key],
    place: 'key',
    message: `unknown field${suggestion}`,
    severity: suggestion === '' ? 'unknown' : 'error',
  };
}

/** Returns the problems of the alternative that the value comes closest to. */
function problemsOfUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  document: unknown,
): Problem[] {
  const alternatives = issue.errors.map((errors) =>
    errors.flatMap((inner) => problemsOf(inner, [...path, ...inner.path], document)),
  );
  const reached = alternatives.map((problems) => Math.min(...problems.map((one) => one.path.length)));
  const deepest = Math.max(...reached);
  if (deepest === path.length) {
    const messages = new Set(alternatives.flat().map(({ message }) => message));
    return [{ path, place: 'value', message: [...messages].join('; or '), severity: 'error' }];
  }
  return alternatives[reached.indexOf(deepest)] ?? [];
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** YAML reads 1.20 as the number 1.2. */
function quotesHint(expected: string, value: unknown): string {
  return expected === 'string' && ['number', 'boolean'].includes(typeof value) ? ': put it in quotes' : '';
}

const shownLength = 60;

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const json = JSON.stringify(value);
  return json.length > shownLength ? `${json.slice(0, shownLength)}…` : json;
}
