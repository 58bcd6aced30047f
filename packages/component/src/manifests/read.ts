import { type FileLocation, isMapping, MillwrightError, readRegularFile } from '@millwright/toolkit';
import type { z } from 'zod';
import { componentError } from '../errors.js';
import { fieldName, findProblems, type Problem, valueAt } from './problems.js';
import { type ParsedYaml, parseYaml } from './yaml.js';

/** A validated file. */
export interface Manifest<Document> {
  /** The path, as messages show it. */
  readonly file: string;
  readonly source: string;
  readonly document: Document;
  /** What does not prevent a build: unknown fields, and parts that contradict each other. */
  readonly warnings: readonly MillwrightError[];
}

/** Returns further problems of a document that its schema accepts. */
export type Check<Document> = (document: Document) => readonly Problem[];

/** The size limit of a file, in bytes. */
const limit = 1 << 20;

/**
 * Reads and validates a file.
 * @throws MillwrightError COMPONENT_FILE_MISSING, COMPONENT_FILE_INVALID
 */
export function readManifest<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  check: Check<z.output<Schema>>,
): Manifest<z.output<Schema>> {
  const { bytes, failure } = readRegularFile(file, { limit });
  if (bytes === undefined)
    throw componentError('COMPONENT_FILE_MISSING', { what: `cannot read ${file}`, why: failure.why });
  return parseManifest(bytes.toString('utf8'), file, schema, check);
}

/**
 * Validates the text of a file.
 * @throws MillwrightError COMPONENT_FILE_INVALID with the line, column and name of each wrong field
 */
export function parseManifest<Schema extends z.ZodType>(
  source: string,
  file: string,
  schema: Schema,
  check: Check<z.output<Schema>>,
): Manifest<z.output<Schema>> {
  const yaml = parseYaml(source);
  if (yaml.failure !== undefined)
    throw componentError('COMPONENT_FILE_INVALID', {
      what: `${file} is not valid YAML`,
      location: { file, ...yaml.failure.at },
      why: yaml.failure.message,
      remedy: 'correct the line',
    });
  const first = schema.safeParse(yaml.content);
  const found = first.success ? [] : findProblems(first.error.issues, yaml.content);
  const unknown = found.filter(({ severity }) => severity === 'unknown');
  refuse(file, yaml, found);
  // Without the unknown fields, the schema accepts the document.
  const result = first.success ? first : schema.safeParse(without(yaml.content, unknown));
  if (!result.success) throw result.error;
  const further = check(result.data);
  refuse(file, yaml, further);
  const warnings = [...unknown, ...further].map((problem) => warningOf(problem, file, yaml));
  return { file, source, document: result.data, warnings };
}

/** @throws MillwrightError COMPONENT_FILE_INVALID if a problem is an error */
function refuse(file: string, yaml: ParsedYaml, problems: readonly Problem[]): void {
  const errors = problems
    .filter(({ severity }) => severity === 'error')
    .map((problem) => ({ problem, at: yaml.locate(problem.path, problem.place) }))
    .sort((one, other) => one.at.line - other.at.line || one.at.column - other.at.column);
  const [first, ...others] = errors;
  if (first === undefined) return;
  const location: FileLocation = { file, ...first.at };
  if (others.length === 0)
    throw componentError('COMPONENT_FILE_INVALID', {
      what: `invalid ${subject(first.problem)} in ${file}`,
      location,
      why: first.problem.message,
      remedy: 'correct the field',
    });
  throw componentError('COMPONENT_FILE_INVALID', {
    what: `${String(errors.length)} invalid fields in ${file}`,
    location,
    why: errors
      .map(({ problem, at }) => `${at.line}:${at.column} ${subject(problem)}: ${problem.message}`)
      .join('\n'),
  });
}

function warningOf(problem: Problem, file: string, yaml: ParsedYaml): MillwrightError {
  const isUnknown = problem.severity === 'unknown';
  return componentError(isUnknown ? 'COMPONENT_FIELD_UNKNOWN' : 'COMPONENT_INTERFACE_DOUBTFUL', {
    what: `${isUnknown ? 'unknown' : 'doubtful'} ${subject(problem)} in ${file}`,
    location: { file, ...yaml.locate(problem.path, problem.place) },
    why: isUnknown ? 'Millwright does not know the field' : problem.message,
  });
}

function subject({ path }: Problem): string {
  return path.length === 0 ? 'content' : `\`${fieldName(path)}\``;
}

/** Returns a copy of a document without some fields. */
function without(document: unknown, problems: readonly Problem[]): unknown {
  const copy = structuredClone(document);
  for (const { path } of problems) {
    const parent = valueAt(copy, path.slice(0, -1));
    const key = path.at(-1);
    if (isMapping(parent) && key !== undefined) Reflect.deleteProperty(parent, key);
  }
  return copy;
}
