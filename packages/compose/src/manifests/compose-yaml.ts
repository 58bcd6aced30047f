import { yamlProblem, yamlOptions, unlessTooDeep, expandedSize, type YamlProblem } from '@millwright/toolkit';
import { parseDocument, Document, isNode } from 'yaml';

/** A Compose file as the YAML library reads it. */
export interface Parsed {
  readonly document: Document;
  /** The plain values; undefined if they are not used. */
  readonly content: unknown;
  readonly problem: YamlProblem | undefined;
}

/** Parses a Compose file as YAML. Returns undefined if the file is nested too deeply. */
export function parse(source: string): Parsed | undefined {
  return unlessTooDeep(() => {
    const document = parseDocument(source, { ...yamlOptions, logLevel: 'silent', merge: true });
    const problem = yamlProblem(document.contents, source.length);
    const content = problem?.kind === 'too large' ? undefined : contentOf(document);
    // The code that uses the content follows every alias.
    if (expandedSize(content) <= Math.max(minValueLimit, source.length))
      return { document, content, problem };
    const message = 'its aliases expand to more values than the file has characters';
    return { document, content: undefined, problem: { kind: 'too large', offset: 0, message } };
  });
}

/** The number of values that every file may have, regardless of its length. */
const minValueLimit = 100_000;

/**
 * Errors after which the content is not used. Converting a mapping used as a key to text can take unbounded
 * time.
 */
const fatalErrors: ReadonlySet<string> = new Set(['NON_STRING_KEY', 'RESOURCE_EXHAUSTION']);

function contentOf(document: Document): unknown {
  if (document.errors.some(({ code }) => fatalErrors.has(code))) return undefined;
  try {
    // The limit of the library counts uses of an anchor, of which a stack of many services has hundreds.
    return document.toJS({ maxAliasCount: -1 });
  } catch {
    return undefined;
  }
}

/** Returns the line of the innermost part of the path that exists in the document. */
export function lineOf(document: Document, source: string, path: readonly string[]): number | undefined {
  const node = document.getIn(path, true);
  if (!isNode(node) || !node.range) {
    return path.length === 0 ? undefined : lineOf(document, source, path.slice(0, -1));
  }
  return source.slice(0, node.range[0]).split('\n').length;
}
