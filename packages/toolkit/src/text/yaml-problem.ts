/** What is wrong with a YAML document that the library does not find, or finds in quadratic time only. */
export interface YamlProblem {
  readonly kind: 'duplicate key' | 'too large';
  /** Where, in characters from the beginning of the text. */
  readonly offset: number;
  readonly message: string;
}

/** The parts of the nodes of the package `yaml` that are looked at; it is loaded by few. */
interface YamlNode {
  readonly anchor?: string;
  /** The anchor that an alias stands for, or how a scalar is written. */
  readonly source?: string;
  readonly value?: unknown;
  readonly items?: readonly unknown[];
  readonly range?: readonly number[] | null;
}

interface YamlPair {
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

/** Aliases times anchors: each alias is looked up among all of them. */
const mostLookUps = 100_000_000;

/** The most steps that a document of a length may take to be turned into plain values. */
const mostSteps = (length: number) => Math.max(1_000_000, 4 * length);

/**
 * Looks through a document that was read with `yamlOptions`, before it is turned into plain values: for a key that a mapping has
 * twice, and for merges (`<<`) and aliases that would take longer than the text is long.
 * @param contents the document's
 * @param length that of its text
 * @throws RangeError where it is nested too deeply; see `unlessTooDeep`
 */
export function yamlProblem(contents: unknown, length: number): YamlProblem | undefined {
  const survey = new Survey();
  const { steps } = survey.extentOf(contents as YamlNode | null);
  if (survey.duplicate !== undefined) return survey.duplicate;
  if (survey.aliases * (survey.aliases + survey.anchors.size) > mostLookUps)
    return { kind: 'too large', offset: 0, message: 'it has too many aliases' };
  if (steps > mostSteps(length))
    return { kind: 'too large', offset: 0, message: 'its merges repeat more than it holds itself' };
  return undefined;
}

/** What it takes to write out a value, and how many keys or items it has once merges are written out. */
interface Extent {
  readonly steps: number;
  readonly size: number;
}

const none: Extent = { steps: 0, size: 0 };
const scalar: Extent = { steps: 1, size: 0 };

class Survey {
  duplicate: YamlProblem | undefined;
  aliases = 0;
  /** The values of the anchors so far, which stand before their aliases. */
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
      // A merge has a symbol for a key, or with `stringKeys` a text.
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

  /** The values that a merge writes out, each time that it names them. */
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

/** The anchor that a node stands for; undefined where it is no alias. */
function aliasedBy(node: YamlNode | null): string | undefined {
  return node !== null && !('value' in node) ? node.source : undefined;
}

function isPair(item: unknown): item is YamlPair {
  return typeof item === 'object' && item !== null && 'key' in item;
}
