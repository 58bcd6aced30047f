import { createRequire } from 'node:module';

/** The used parts of the syntax tree of toml-eslint-parser. */
interface TomlNode {
  readonly loc: { readonly start: { readonly line: number } };
  /** For a table: its full path, including indexes in arrays of tables. */
  readonly resolvedKey?: readonly Step[];
  /** For a key with a value: its path in the table. */
  readonly key?: { readonly keys: readonly { readonly name?: string; readonly value?: string }[] };
  readonly value?: TomlNode | string;
  readonly body?: readonly TomlNode[];
  readonly elements?: readonly TomlNode[];
}

type Step = string | number;

/**
 * Returns the line in which a key, table or list item begins; 1 if the document has none of them. If the path itself
 * does not occur, returns the line of its first descendant, as `[dependencies.serde]` for `dependencies`, or else of
 * its nearest ancestor. Meant for messages: the parser that knows positions is loaded here, and takes as long as all
 * others together.
 * @param path from the document's root
 */
export function tomlLine(text: string, path: readonly PropertyKey[]): number {
  const entries = entriesIn(text);
  for (let length = path.length; length > 0; length--) {
    const wanted = path.slice(0, length);
    const found = entries.find(({ path: own }) => wanted.every((step, index) => own[index] === step));
    if (found) return found.line;
  }
  return 1;
}

interface Entry {
  readonly path: readonly Step[];
  readonly line: number;
}

function entriesIn(text: string): readonly Entry[] {
  const { parseTOML } = createRequire(import.meta.url)('toml-eslint-parser') as {
    readonly parseTOML: (text: string) => TomlNode;
  };
  try {
    return entriesOf(parseTOML(text), []);
  } catch {
    return []; // A text that only the other parser accepts has no known lines.
  }
}

/** Returns the entries of a node and its descendants, in the order of the text. */
function entriesOf(node: TomlNode, above: readonly Step[]): Entry[] {
  const keys = node.key?.keys.map(({ name, value }) => name ?? value ?? '') ?? [];
  const path = node.resolvedKey ?? [...above, ...(node.value === undefined ? [] : keys)];
  const isNamed = node.resolvedKey !== undefined || path.length > above.length;
  const value = typeof node.value === 'object' ? [node.value] : [];
  return [
    ...(isNamed ? [{ path, line: node.loc.start.line }] : []),
    ...[...(node.body ?? []), ...value].flatMap((inner) => entriesOf(inner, path)),
    ...(node.elements ?? []).flatMap((inner, index) => [
      { path: [...path, index], line: inner.loc.start.line },
      ...entriesOf(inner, [...path, index]),
    ]),
  ];
}
