import type { JsonObject } from '../document/json.js';
import type { GoTool } from '../go/install.js';
import type { NewerWord } from '../checks/downlevel.js';

export const generatorNames = ['oapi-codegen', 'ogen', 'openapi-generator'] as const;
export type GeneratorName = (typeof generatorNames)[number];

export interface GenerateRequest {
  /** The document to generate from, JSON, absolute. */
  readonly document: string;
  /** An empty folder that the generator may fill, absolute. */
  readonly folder: string;
  /** The path that the option `output` names, relative to that folder. */
  readonly output: string;
  readonly package: string;
  /** The generator's own configuration. */
  readonly config: JsonObject;
  /** A place for the configuration as this run needs it, absolute. */
  readonly configFile: string;
}

/** What is to be run, once the configuration file is written. */
export interface Invocation {
  readonly config: JsonObject | undefined;
  readonly args: readonly string[];
}

/** A program that makes Go code of an OpenAPI document. */
export interface Generator {
  readonly name: GeneratorName;
  /** How it is installed; undefined for a program that has to be on PATH, with the names that it goes by. */
  readonly tool: GoTool | { readonly commands: readonly string[] };
  /** What it does not know of OpenAPI 3.1, as it was seen to. */
  readonly unknown: ReadonlySet<NewerWord>;
  /** Whether it writes one file, or fills a folder. */
  readonly writes: 'file' | 'folder';
  /** Whether it is told to leave its one file unformatted, with imports that the code does not use. */
  readonly leavesUnformatted: boolean;
  /** The modules that its code imports, at the version that `tidy` adds where go.mod names none. */
  requires(generatorVersion: string): Readonly<Record<string, string>>;
  /**
   * What helps where Go refuses the code.
   * @param complaint a line of Go's
   * @returns undefined where nothing is known to
   */
  remedy(complaint: string, config: JsonObject): string | undefined;
  /** Whether it fails on names that become one in Go, rather than renaming them. */
  collides(config: JsonObject): boolean;
  /** Whether its configuration leaves some operations out. */
  isPartial(config: JsonObject): boolean;
  invocation(request: GenerateRequest): Invocation;
}
