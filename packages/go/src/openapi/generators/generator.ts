import type { JsonObject } from '../document/json.js';
import type { GoTool } from '../go/install.js';
import type { Feature31 } from '../checks/downlevel.js';

export const generatorNames = ['oapi-codegen', 'ogen', 'openapi-generator'] as const;
export type GeneratorName = (typeof generatorNames)[number];

export interface GenerateRequest {
  /** The absolute path of the document to generate from, as JSON. */
  readonly document: string;
  /** The absolute path of an empty output folder. */
  readonly folder: string;
  /** The value of the option `output`, relative to that folder. */
  readonly output: string;
  readonly package: string;
  /** The user's configuration of the generator. */
  readonly config: JsonObject;
  /** The absolute path for the configuration file of this run. */
  readonly configFile: string;
}

/** The configuration file and arguments of a generator run. */
export interface Invocation {
  readonly config: JsonObject | undefined;
  readonly args: readonly string[];
}

/** An option that helps against a failure. */
export interface Relief {
  /** As the user would write it: `output-options.resolve-type-name-collisions: true`. */
  readonly option: string;
  readonly config: JsonObject;
}

/** A program that generates Go code from an OpenAPI document. */
export interface Generator {
  readonly name: GeneratorName;
  /** The Go tool to install, or the names under which the program must be on PATH. */
  readonly tool: GoTool | { readonly commands: readonly string[] };
  /** The features of OpenAPI 3.1 that it does not support, as tested. */
  readonly unknown: ReadonlySet<Feature31>;
  /** The kind of its output: one file or a folder. */
  readonly writes: 'file' | 'folder';
  /** True if it is configured to leave its output file unformatted and with unused imports. */
  readonly leavesUnformatted: boolean;
  /** Returns the modules that its code imports, with the versions that `tidy` adds if go.mod lacks them. */
  requires(generatorVersion: string): Readonly<Record<string, string>>;
  /**
   * Returns the configuration with an option that is known to help against a failure.
   * @param output the first line of the message, and all output of the generator or of Go
   * @returns undefined if no option is known, or it is set already
   */
  relief(output: string, config: JsonObject): Relief | undefined;
  /**
   * Returns the remedy if Go rejects the code.
   * @param complaint a line of Go's output
   * @returns undefined if no remedy is known
   */
  remedy(complaint: string, config: JsonObject): string | undefined;
  /** Returns true if it fails on names that map to the same Go name. Otherwise it renames them. */
  collides(config: JsonObject): boolean;
  /** Returns true if its configuration excludes some operations. */
  isPartial(config: JsonObject): boolean;
  invocation(request: GenerateRequest): Invocation;
}
