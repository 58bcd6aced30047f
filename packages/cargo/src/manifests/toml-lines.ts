import { createRequire } from 'node:module';

/** What is read here of a syntax tree of toml-eslint-parser. */
interface TomlNode {
  readonly loc: { readonly start: { readonly line: number } };
  /** Of a table: its whole path, with the index of each array of tables. */
  readonly resolvedKey?: readonly Step[];
  /** Of a key with a value: its own path. */
  readonly key?: { readonly keys: readonly { readonly name?: string; readonly value?: string }[] };
  readonly value?: TomlNode | string;
  readonly body?: readonly TomlNode[];
  readonly elements?: readonly TomlNode[];
}

type Step = string | number;

/**
 * The line of TOML in which a key, a table or a member of a list begins; 1 where the document has none of them. Where the
 * path itself is nowhere, what it has first below it counts, as in `[dependencies.serde]` for `dependencies`, then what it
 * would lie in. Meant for messages: the parser that knows positions is loaded here, and takes as long as all others
 * together.
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
    return []; // What one parser takes and the other does not has no known lines.
  }
}

/** What a node and all below it say, in the order of the text. */
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
