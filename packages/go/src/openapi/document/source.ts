import {
  expandedSize,
  findPrototypeKey,
  type MillwrightError,
  unlessTooDeep,
  yamlOptions,
  type YamlProblem,
  yamlProblem,
} from '@millwright/toolkit';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type ScalarTag,
  type Tags,
} from 'yaml';
import { goError } from '../../errors.js';
import type { Pointer } from './json.js';

/** A parsed file of an OpenAPI description. */
export interface Source {
  /** The file, relative to the workspace root. */
  readonly path: string;
  readonly data: unknown;
  /** Returns the line of a place, starting at 1, or of its nearest ancestor if the place does not exist. */
  lineOf(pointer: Pointer): number;
}

/** The maximum number of values in a document with its aliases expanded: one per character. */
const maxValues = (length: number) => Math.max(100_000, length);

/**
 * Parses YAML 1.2 or JSON. Merge keys of YAML 1.1 are supported because OpenAPI documents use them. Keys
 * are kept as strings.
 * @param path the file name for messages
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID if the text is empty, does not parse, has the key
 * `__proto__`, or is too large with its aliases expanded
 */
export function parseSource(path: string, text: string): Source {
  const invalid = (what: string, why: string, line?: number) =>
    goError('OPENAPI_DOCUMENT_INVALID', {
      what: `the document ${what}`,
      location: { file: path, line },
      why,
    });
  if (text.trim() === '') throw invalid('is empty', 'there is nothing to generate code from');
  const parsed = unlessTooDeep(() => parse(text));
  if (parsed === undefined) throw invalid('is not valid YAML or JSON', 'it is nested too deeply');
  const { document, lines, other } = parsed;
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === 'MULTIPLE_DOCS')
    throw invalid('has several YAML documents', 'only one is allowed, without "---" lines');
  if (problem) {
    throw invalid('is not valid YAML or JSON', problem.message, lines.linePos(problem.pos[0]).line);
  }
  if (other?.kind === 'too large') throw invalid('is too large', other.message);
  if (other) throw invalid('is not valid YAML or JSON', other.message, lines.linePos(other.offset).line);
  const data = dataOf(document, invalid);
  const lineOf = lineFinder(text);
  const prototype = findPrototypeKey(data);
  if (prototype !== undefined) {
    throw invalid('has the key __proto__', 'this key is not allowed', lineOf(prototype));
  }
  const most = maxValues(text.length);
  if (expandedSize(data) > most) {
    const why = `its aliases expand to more than ${most.toLocaleString('en')} values, or one of them contains itself`;
    throw invalid('is too large', why);
  }
  return { path, data, lineOf };
}

interface Parsed {
  readonly document: Document;
  readonly lines: LineCounter;
  /** A problem that the library does not find. */
  readonly other: YamlProblem | undefined;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    ...yamlOptions,
    logLevel: 'error',
    merge: true,
    resolveKnownTags: false,
    customTags: (tags) => tags.map((tag) => (isInteger(tag) ? { ...tag, resolve: exactInteger } : tag)),
  });
  return { document, lines, other: yamlProblem(document.contents, text.length) };
}

/** Returns true for the YAML tag of decimal integers. */
function isInteger(tag: Tags[number]): tag is ScalarTag {
  return typeof tag === 'object' && tag.tag === 'tag:yaml.org,2002:int' && tag.format === undefined;
}

/** Parses an integer as a bigint if JavaScript numbers cannot represent it, such as the bounds of int64. */
function exactInteger(text: string): number | bigint {
  const value = Number(text.replaceAll('_', ''));
  return Number.isSafeInteger(value) ? value : BigInt(text.replaceAll('_', '').replace(/^\+/, ''));
}

function dataOf(document: Document, invalid: (what: string, why: string) => MillwrightError): unknown {
  try {
    // The library's limit counts uses of an anchor, of which some documents have thousands.
    return document.toJS({ maxAliasCount: -1 });
  } catch (error) {
    throw invalid('is not valid YAML or JSON', error instanceof Error ? error.message : String(error));
  }
}

/**
 * Parses again on the first request for a line: few documents need lines, and keeping them takes much
 * memory.
 */
function lineFinder(text: string): (pointer: Pointer) => number {
  let parsed: Parsed | undefined;
  return (pointer) => {
    parsed ??= parse(text);
    return parsed.lines.linePos(offsetOf(parsed.document, pointer)).line;
  };
}

/** Returns the offset of a place's key, or of the value itself in a sequence. */
function offsetOf(document: Document, pointer: Pointer): number {
  let node = document.contents;
  let offset = startOf(node);
  for (const step of pointer) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    let at: Node;
    if (isMap<Node, Node | null>(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return offset;
      [at, node] = [pair.key, pair.value];
    } else if (isSeq<Node>(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return offset;
      at = node = item;
    } else return offset;
    offset = startOf(at);
  }
  return offset;
}

function startOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}
