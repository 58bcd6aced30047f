import { posix } from 'node:path';
import { MillwrightError, parseOptions } from '@millwright/toolkit';
import { parse, TomlError } from 'smol-toml';
import { type PluginOptions, pluginOptions } from '../../options.js';
import { type BuildSettings, describedFile, type DescribedCrate } from './schema.js';
import { isBelow } from '../workspaces.js';

/** Sources that a repository builds and that others write: what it says of them stands outside their folder. */
export interface Source {
  readonly name: string;
  /** The folder of the sources. */
  readonly folder: string;
  /** The millwright.toml that describes them. */
  readonly describedIn: string;
  /** The plugin's options for their crates: those of nx.json, with what the description says in their place. */
  readonly options: PluginOptions;
  /** What is said of crates, by folder. */
  readonly crates: ReadonlyMap<string, DescribedCrate>;
  /** The plugin's options of crates that have other platforms or C libraries than the source, by folder. */
  readonly crateOptions: ReadonlyMap<string, PluginOptions>;
}

/**
 * Reads what a repository says of sources of others.
 * @param paths every millwright.toml
 * @param options the plugin's options in nx.json, unparsed
 * @throws MillwrightError DESCRIPTION_INVALID, OPTION_INVALID
 */
export function readSources(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  options: unknown,
): Source[] {
  return paths.flatMap((path) => {
    const { sources } = parseOptions(describedFile, tableIn(read(path) ?? '', path), path);
    return Object.entries(sources).map(([name, { crates, folder: named = name, ...own }]) => {
      const folder = posix.join(posix.dirname(path), named).replace(/\/$/, '');
      const merged = { ...(options as Record<string, unknown> | undefined), ...own };
      const at = (below: string) => posix.join(folder, below).replace(/\/$/, '');
      const crateOptions = Object.entries(crates).flatMap(([below, { platforms, libc }]) => {
        if (platforms === undefined && libc === undefined) return [];
        const ofCrate = {
          ...(platforms === undefined ? {} : { platforms }),
          ...(libc === undefined ? {} : { libc }),
        };
        const where = `${path}, sources.${name}.crates.${below},`;
        return [[at(below), parseOptions(pluginOptions, { ...merged, ...ofCrate }, where)] as const];
      });
      return {
        name,
        folder,
        describedIn: path,
        options: parseOptions(pluginOptions, merged, `${path}, sources.${name},`),
        crates: new Map(Object.entries(crates).map(([below, crate]) => [at(below), crate])),
        crateOptions: new Map(crateOptions),
      };
    });
  });
}

function tableIn(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new MillwrightError('DESCRIPTION_INVALID', {
      what: `${path}:${error.line}: the file is not TOML`,
      why: error.message.split('\n')[0] ?? 'the parser gave no reason',
      cause: error,
    });
  }
}

/** The source that holds a folder. */
export function sourceOf(folder: string, sources: readonly Source[]): Source | undefined {
  return sources
    .filter((source) => isBelow(folder, source.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The plugin's options for the crate of a folder; undefined where no source holds it. */
export function optionsFor(folder: string, sources: readonly Source[]): PluginOptions | undefined {
  const source = sourceOf(folder, sources);
  return source?.crateOptions.get(folder) ?? source?.options;
}

/** The names that descriptions give to folders: to sources their own, to crates what is said of them. */
export function describedNames(sources: readonly Source[]): Map<string, string> {
  const names = new Map(sources.map(({ folder, name }) => [folder, name]));
  for (const { crates } of sources) {
    for (const [folder, { name }] of crates) if (name !== undefined) names.set(folder, name);
  }
  return names;
}

/** Whether anything is said of how a crate is built. */
export function saysHowToBuild(crate: DescribedCrate | undefined): boolean {
  return [crate, crate?.gnu, crate?.musl].some(
    (settings) =>
      settings !== undefined &&
      Object.keys(settings.options).length + Object.keys(settings.configurations).length > 0,
  );
}

/** The configurations of builds, in their order: every crate's three, and what descriptions add. */
export function configurationsOf(crates: readonly (DescribedCrate | undefined)[]): string[] {
  const named = crates
    .flatMap((crate) => [crate, crate?.gnu, crate?.musl])
    .flatMap((settings) => Object.keys(settings?.configurations ?? {}));
  return [...new Set(['release', 'dev', 'testing', ...named])];
}

/** What is said of a crate's builds for a triple; what is said for its C library wins. */
export function settingsFor(crate: DescribedCrate | undefined, triple: string): BuildSettings {
  const own = triple.includes('-musl') ? crate?.musl : triple.includes('-gnu') ? crate?.gnu : undefined;
  const layers = [crate, own].filter((layer) => layer !== undefined);
  const names = new Set(layers.flatMap(({ configurations }) => Object.keys(configurations)));
  return {
    options: merge(layers.map(({ options }) => options)),
    configurations: Object.fromEntries(
      [...names].map((name) => [name, merge(layers.map((layer) => layer.configurations[name] ?? {}))]),
    ),
  };
}

function merge(layers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return Object.assign({}, ...layers) as Record<string, unknown>;
}
