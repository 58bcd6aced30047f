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
}

interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

/** The limit for the product of aliases and anchors, because each alias is searched among all anchors. */
const maxLookups = 100_000_000;

/** The maximum number of steps to convert a document of a given length to plain values. */
const maxSteps = (length: number) => Math.max(1_000_000, 4 * length);

/**
 * Checks a document that was parsed with `yamlOptions`, before it is converted to plain values: for
 * duplicate keys, and for merges (`<<`) and aliases whose expansion would take more than linear time.
 * @param contents the contents of the document
 * @param length the length of its text
 * @throws RangeError if it is nested too deeply; see `unlessTooDeep`
 */
export function yamlProblem(contents: unknown, length: number): YamlProblem | undefined {
  const survey = new Survey();
  const { steps } = survey.extentOf(contents as YamlNode | null);
  if (survey.duplicate !== undefined) return survey.duplicate;
  if (survey.aliases * (survey.aliases + survey.anchors.size) > maxLookups)
    return { kind: 'too large', offset: 0, message: 'it has too many aliases' };
  if (steps > maxSteps(length))
    return { kind: 'too large', offset: 0, message: 'its merges repeat more than it holds itself' };
  return undefined;
}

/** The cost of expanding a value, and its number of keys or items with merges expanded. */
interface Extent {
  readonly steps: number;
  readonly size: number;
}

const none: Extent = { steps: 0, size: 0 };
const scalar: Extent = { steps: 1, size: 0 };

class Survey {
  duplicate: YamlProblem | undefined;
  aliases = 0;
  /** The extents of the anchors so far. Anchors precede their aliases. */
  readonly anchors = new Map<string, Extent>();

  extentOf(node: YamlNode | null): Extent {
    if (node === null) return scalar;
    if (aliasedBy(node) !== undefined) this.aliases++;
    const extent = node.items === undefined ? scalar : this.extentOfItems(node.items);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, extent);
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
        for (const merged of this.mergedBy(value)) {
          steps += merged.steps + merged.size;
          size += merged.size;
        }
      }
      if (key !== null && 'value' in key && typeof key.value !== 'symbol') this.note(key, keys);
    }
    return { steps, size };
  }

  /** Returns the extents of the values that a merge expands, including repetitions. */
  private mergedBy(value: YamlNode | null): Extent[] {
    const sources = value?.items?.some((item) => !isPair(item)) === true ? value.items : [value];
    return (sources as readonly (YamlNode | null)[]).map(
      (one) => this.anchors.get(aliasedBy(one) ?? '') ?? none,
    );
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
