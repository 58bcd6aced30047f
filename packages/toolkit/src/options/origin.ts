import type { FileLocation } from '../errors/errors.js';
import { plainOption } from './option-name.js';

/** What set an option: a file, or what a phrase says, such as `set on the command line`. */
export type OptionOrigin = FileLocation | { readonly phrase: string };

/** The file and the plugin of Nx that set each property of a project, by its path, such as `targets.build.options.env`. */
export type SourceMap = Readonly<Record<string, readonly [file: string | null, plugin: string]>>;

/** What the options of a task are merged from. Defaults have no origin. */
export interface OptionSources {
  readonly target: string;
  readonly configuration: string | undefined;
  /** The options on the command line, by their names as Nx parsed them. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** The source map of the project. */
  readonly sourceMap: SourceMap;
}

/**
 * Returns what set an option of a task: the command line, its configuration or its target.
 * @param path the option's name, followed by the keys of the value within it
 * @returns undefined if nothing set it, or if its origin is not known
 */
export function optionOrigin(
  path: readonly PropertyKey[],
  { target, configuration, overrides, sourceMap }: OptionSources,
): OptionOrigin | undefined {
  const option = path[0];
  if (option === undefined) return undefined;
  const isGiven = Object.keys(overrides).some((name) => plainOption(name) === plainOption(String(option)));
  if (isGiven) return { phrase: 'set on the command line' };
  const named = configuration === undefined ? undefined : `targets.${target}.configurations.${configuration}`;
  return (
    (named === undefined ? undefined : propertyOrigin(named, path, sourceMap)) ??
    propertyOrigin(`targets.${target}.options`, path, sourceMap)
  );
}

/** Returns what set a property of a project. Nx does not list each key of a value, so the nearest value around it counts. */
export function propertyOrigin(
  parent: string,
  path: readonly PropertyKey[],
  sourceMap: SourceMap,
): OptionOrigin | undefined {
  for (let length = path.length; length > 0; length--) {
    const source = sourceMap[[parent, ...path.slice(0, length)].join('.')];
    if (source === undefined) continue;
    const [file, plugin] = source;
    // Nx's own plugins copy what files declare; others derive options from manifests.
    return plugin.startsWith('nx/') && file !== null ? { file } : { phrase: `inferred by ${plugin}` };
  }
  return undefined;
}

/** Formats an origin for a sentence. */
export function formatOrigin(origin: OptionOrigin): string {
  return 'phrase' in origin ? origin.phrase : `set in ${origin.file}`;
}
