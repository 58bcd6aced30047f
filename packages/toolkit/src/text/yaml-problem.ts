/** A problem in a YAML document that the library does not detect, or only in quadratic time. */
export interface YamlProblem {
  readonly kind: 'duplicate key' | 'too large';
  /** The offset in the text, in characters. */
  readonly offset: number;
  readonly message: string;
}

/** The used parts of the nodes of the package `yaml`, declared here because few callers load it. */
interface YamlNode {
  readonly anchor?: string;
  /** The anchor of an alias, or the source text of a scalar. */
  readonly source?: string;
  readonly value?: unknown;
  readonly items?: readonly unknown[];
  readonly range?: readonly number[] | null;
  /** Of an alias: returns the node that it stands for. */
  resolve?: () => YamlNode | undefined;
}

interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

/** The maximum number of steps to convert a document of a given length to plain values. */
const maxSteps = (length: number) => Math.max(1_000_000, 4 * length);

/**
 * Checks a document that was parsed with `yamlOptions`, before it is converted to plain values: for
 * duplicate keys, and for merges (`<<`) whose expansion would take more than linear time. Also resolves the
 * aliases, because the library searches each among all anchors and aliases before it.
 * @param contents the contents of the document
 * @param length the length of its text
 * @throws RangeError if it is nested too deeply; see `unlessTooDeep`
 */
export function yamlProblem(contents: unknown, length: number): YamlProblem | undefined {
  const survey = new Survey();
  const { steps } = survey.extentOf(contents as YamlNode | null);
  if (survey.duplicate !== undefined) return survey.duplicate;
  if (steps > maxSteps(length))
    return {
      kind: 'too large',
      offset: 0,
      message: 'its merge keys expand to more values than the document has',
    };
  return undefined;
}

/** The cost of expanding a value, and its number of keys or items with merges expanded. */
interface Extent {
  readonly steps: number;
  readonly size: number;
}

const none: Extent = { steps: 0, size: 0 };
const scalar: Extent = { steps: 1, size: 0 };

/** Returns the cost of two expansions after each other. */
function sum(one: Extent, other: Extent): Extent {
  return { steps: one.steps + other.steps, size: one.size + other.size };
}

class Survey {
  duplicate: YamlProblem | undefined;
  /** The last node of each anchor so far. Anchors precede their aliases. */
  private readonly anchors = new Map<string, YamlNode>();
  /** The cost of merging each node with an anchor. */
  private readonly merges = new Map<YamlNode, Extent>();

  extentOf(node: YamlNode | null): Extent {
    if (node === null) return scalar;
    const anchor = aliasedBy(node);
    if (anchor !== undefined) {
      const source = this.anchors.get(anchor);
      node.resolve = () => source;
    }
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    const extent = node.items === undefined ? scalar : this.extentOfItems(node.items);
    if (node.anchor !== undefined) this.merges.set(node, sum(extent, this.mergesIn(node)));
    return extent;
  }

  private extentOfItems(items: readonly unknown[]): Extent {
    const keys = new Set<string>();
    let [steps, size] = [1, items.length];
    for (const item of items) {
      if (!isPair(item)) {
        steps += this.extentOf(item as YamlNode | null).steps;
        continue;
      }
      const { key, value } = item;
      steps += this.extentOf(key).steps + this.extentOf(value).steps;
      // The key of a merge is a symbol, or text with `stringKeys`.
      if (typeof key?.value === 'symbol' || key?.value === '<<') {
        const merged = sum(this.mergeOf(value), this.mergesIn(value));
        steps += merged.steps + merged.size;
        size += merged.size;
      }
      if (key !== null && 'value' in key && typeof key.value !== 'symbol') this.note(key, keys);
    }
    return { steps, size };
  }

  /** Returns the cost of merging the node that an alias stands for. None for other nodes, which occur once. */
  private mergeOf(node: YamlNode | null): Extent {
    const source = node?.resolve?.();
    return (source && this.merges.get(source)) ?? none;
  }

  /** Returns the cost of merging the aliases in a list. None for a mapping. */
  private mergesIn(node: YamlNode | null): Extent {
    if (node?.items?.every(isPair) !== false) return none;
    return (node.items as readonly (YamlNode | null)[]).map((item) => this.mergeOf(item)).reduce(sum, none);
  }

  private note(key: YamlNode, keys: Set<string>): void {
    const text = String(key.value);
    if (keys.has(text)) {
      this.duplicate ??= {
        kind: 'duplicate key',
        offset: key.range?.[0] ?? 0,
        message: 'Map keys must be unique',
      };
    }
    keys.add(text);
  }
}

/** Returns the anchor of an alias node. Undefined for other nodes. */
function aliasedBy(node: YamlNode | null): string | undefined {
  return node !== null && !('value' in node) ? node.source : undefined;
}

function isPair(item: unknown): item is YamlPair {
  return typeof item === 'object' && item !== null && 'key' in item;
}
