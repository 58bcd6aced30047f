import { expandedSize, findPrototypeKey, unlessTooDeep, yamlOptions, yamlProblem } from '@millwright/toolkit';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A place in a text. Both are counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a message about a field points: to its name, or to its value. */
export type Place = 'key' | 'value';

export interface ParsedYaml {
  /** The plain values; undefined if the text is not valid YAML. */
  readonly content: unknown;
  /** Why the text cannot be used. */
  readonly failure: { readonly message: string; readonly at: Position } | undefined;
  /** Returns the position of the innermost part of a path that the text has. */
  readonly locate: (path: readonly PropertyKey[], place: Place) => Position;
}

/** The number of values that every file may have, regardless of its length. */
const minValueLimit = 10_000;

const start: Position = { line: 1, column: 1 };

/** Parses a text as YAML, and keeps the position of every field. */
export function parseYaml(source: string): ParsedYaml {
  const failed = (message: string, at = start): ParsedYaml => ({
    content: undefined,
    failure: { message, at },
    locate: () => at,
  });
  const counter = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return line === 0 ? start : { line, column: col };
  };
  const parsed = unlessTooDeep(() => {
    const document = parseDocument(source, {
      ...yamlOptions,
      lineCounter: counter,
      logLevel: 'silent',
      merge: true,
    });
    return { document, problem: yamlProblem(document.contents, source.length) };
  });
  if (parsed === undefined) return failed('it is nested too deeply');
  const { document, problem } = parsed;
  const [error] = document.errors;
  if (error !== undefined) return failed(firstLine(error.message), positionAt(error.pos[0]));
  if (problem !== undefined) return failed(problem.message, positionAt(problem.offset));
  const content: unknown = document.toJS({ maxAliasCount: -1 });
  if (expandedSize(content) > Math.max(minValueLimit, source.length))
    return failed('its aliases expand to more values than the file has characters');
  const locate = (path: readonly PropertyKey[], place: Place) =>
    positionAt(offsetOf(document.contents, path, place));
  const prototype = findPrototypeKey(content);
  if (prototype !== undefined) return failed('a key must not be __proto__', locate(prototype, 'key'));
  return { content, failure: undefined, locate };
}

/** Returns the offset of the innermost part of a path that exists. */
function offsetOf(contents: Node | null, path: readonly PropertyKey[], place: Place): number {
  let offset = contents?.range?.[0] ?? 0;
  let node: unknown = contents;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = (node.resolve as () => unknown)();
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find((one) => isScalar(one.key) && String(one.key.value) === String(step));
      if (pair === undefined) return offset;
      [key, node] = [pair.key, pair.value];
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      key = node;
    } else return offset;
    const isWanted = index === path.length - 1 && place === 'value';
    offset = (isWanted ? startOf(node) : undefined) ?? startOf(key) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** The library continues a message with an excerpt of the text. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/:$/, '') ?? message;
}
