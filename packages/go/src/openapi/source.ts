import { MillwrightError } from '@millwright/toolkit';
import {
  constructFromEvents,
  CORE_SCHEMA,
  defineScalarTag,
  intCoreTag,
  mergeTag,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import type { Pointer } from './json.js';
import { lineIn } from './source-lines.js';

/** A file of an OpenAPI description as it was read. */
export interface Source {
  /** The file, relative to the workspace's root. */
  readonly path: string;
  readonly data: unknown;
  /** The line of a place, from 1; that of the nearest one above it where the place does not exist. */
  lineOf(pointer: Pointer): number;
}

/** Whole numbers that JavaScript cannot hold, such as the bounds of int64, become a bigint. */
const exactInteger = defineScalarTag<number | bigint>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: intCoreTag.implicitFirstChars,
  identify: () => false,
  resolve: (text, isExplicit, tagName) => {
    const value = intCoreTag.resolve(text, isExplicit, tagName);
    const isExact = typeof value !== 'number' || Number.isSafeInteger(value);
    return isExact || !/^[+-]?\d+$/.test(text) ? value : BigInt(text.replace(/^\+/, ''));
  },
});

/** YAML 1.2 with the merge keys of YAML 1.1, which OpenAPI documents use all the same. */
const yaml = CORE_SCHEMA.withTags(exactInteger, mergeTag);

/**
 * Reads YAML or JSON.
 * @param path how messages name the file
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID where the text is empty or does not parse
 */
export function parseSource(path: string, text: string): Source {
  const invalid = (what: string, why: string) =>
    new MillwrightError('OPENAPI_DOCUMENT_INVALID', { what: `${path}${what}`, why });
  if (text.trim() === '') throw invalid(' is empty', 'there is nothing in it to generate from');
  try {
    // The events know where everything stands; what is made of them does not.
    const events = parseEvents(text, { filename: path, maxDepth: 1000 });
    const documents = constructFromEvents(events, { source: text, filename: path, schema: yaml });
    if (documents.length > 1)
      throw invalid(' holds several documents', 'one is expected, without "---" lines');
    return { path, data: documents[0], lineOf: (pointer) => lineIn(text, events, pointer) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? '' : `:${error.mark.line + 1}`;
    throw invalid(`${line} is neither YAML nor JSON`, error.reason);
  }
}
