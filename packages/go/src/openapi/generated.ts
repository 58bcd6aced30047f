import type { JsonObject } from './document/json.js';
import type { GeneratorName } from './generators/generator.js';

/** The result of a generation. */
export interface Generated {
  /** The absolute paths of changed files. */
  readonly changed: readonly string[];
  /** The absolute paths of written and unchanged files. */
  readonly files: readonly string[];
  /** One line for each note to the user. */
  readonly notes: readonly string[];
  /** All files of the description that were read, relative to the workspace root. */
  readonly read: readonly string[];
  /** The generator that made the client, and its configuration if it is not the given one. */
  readonly chosen: Chosen | undefined;
  /** Counts of operations. Undefined if a script generated the client. */
  readonly operations: OperationCounts | undefined;
}

export interface Chosen {
  readonly generator: GeneratorName;
  readonly config: JsonObject | undefined;
}

export interface OperationCounts {
  /** In the original document. */
  readonly described: number;
  /** After the overlays. */
  readonly total: number;
  /** The number of operations with a method. */
  readonly methods: number;
}
