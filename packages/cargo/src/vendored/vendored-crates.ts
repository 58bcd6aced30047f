import { posix } from 'node:path';
import { isMapping, MillwrightError, parseOptions, type RepositoryFiles } from '@millwright/toolkit';
import { TomlError } from 'smol-toml';
import { cargoError } from '../errors.js';
import { type PluginOptions, pluginOptions } from '../options.js';
import { type VendoredSettings, vendoredFile, type VendoredCrate, vendoredSource } from './schema.js';
import { parseToml } from '../manifests/toml.js';
import { tomlLine } from '../manifests/toml-lines.js';
import { isWithin } from '../manifests/workspaces.js';
import { manifestOf } from '../manifests/manifest.js';

/** Sources that a repository builds and that others write: what it says of them stands outside their folder. */
export interface Source {
  readonly name: string;
  /** The folder of the sources. */
  readonly folder: string;
  /** The millwright.toml that describes them. */
  readonly declaredIn: string;
  /** The plugin's options for their crates: those of nx.json, with what the description says in their place. */
  readonly options: PluginOptions;
  /** What is said of crates, by folder. */
  readonly crates: ReadonlyMap<string, VendoredCrate>;
  /** The plugin's options of crates that have other platforms or C libraries than the source, by folder. */
  readonly crateOptions: ReadonlyMap<string, PluginOptions>;
}

/** What a repository says of sources of others. */
export interface Descriptions {
  readonly sources: readonly Source[];
  /** What is wrong with descriptions; a file that is no TOML has one for each source that it seems to name. */
  readonly errors: readonly DescriptionError[];
}

export interface DescriptionError {
  readonly declaredIn: string;
  /** The folder of the source that is described; undefined where the file seems to describe none. */
  readonly folder: string | undefined;
  readonly error: MillwrightError;
}

/**
 * Reads what a repository says of sources of others.
 * @param paths every millwright.toml
 * @param options the plugin's options in nx.json, unparsed
 */
export function readDescriptions(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  options: unknown,
): Descriptions {
  const sources: Source[] = [];
  const errors: DescriptionError[] = [];
  for (const path of paths) {
    const text = read(path) ?? '';
    const at = (folder: string) => posix.join(posix.dirname(path), folder).replace(/\/$/, '');
    const line = (keys: readonly PropertyKey[]) => `${path}:${tomlLine(text, keys)}`;
    const file = attempt(() => parseOptions(vendoredFile, tableIn(text, path), line));
    if (file instanceof MillwrightError) {
      const folders = sourceNames(text).map(at);
      for (const folder of folders.length === 0 ? [undefined] : folders) {
        errors.push({ declaredIn: path, folder, error: file });
      }
      continue;
    }
    for (const [name, said] of Object.entries(file.sources)) {
      const source = attempt(() => sourceIn({ path, line, name, said, options }));
      if (source instanceof MillwrightError) {
        errors.push({ declaredIn: path, folder: at(folderIn(said) ?? name), error: source });
      } else sources.push(source);
    }
  }
  return { sources, errors };
}

function attempt<T>(work: () => T): T | MillwrightError {
  try {
    return work();
  } catch (error) {
    if (error instanceof MillwrightError) return error;
    throw error;
  }
}

/** The names of the sources that a file seems to describe, by the headers of its tables. */
function sourceNames(text: string): string[] {
  const found = text.matchAll(/^\s*\[\s*sources\s*\.\s*"?([\w-]+)"?\s*[.\]]/gm);
  return [...new Set([...found].flatMap(([, name]) => name ?? []))];
}

function folderIn(said: unknown): string | undefined {
  const folder = isMapping(said) ? said.folder : undefined;
  return typeof folder === 'string' && !folder.startsWith('/') ? folder : undefined;
}

interface WrittenSource {
  /** Of the description. */
  readonly path: string;
  /** The description with the line of a key. */
  readonly line: (keys: readonly PropertyKey[]) => string;
  readonly name: string;
  readonly said: unknown;
  /** The plugin's options in nx.json. */
  readonly options: unknown;
}

/** @throws MillwrightError OPTION_INVALID */
function sourceIn({ path, line, name, said, options }: WrittenSource): Source {
  const where =
    (...below: readonly string[]) =>
    (keys: readonly PropertyKey[]) =>
      `${line(['sources', name, ...below, ...keys])}, ${['sources', name, ...below].join('.')},`;
  const { crates, folder: named = name, ...own } = parseOptions(vendoredSource, said, where());
  const folder = posix.join(posix.dirname(path), named).replace(/\/$/, '');
  const merged = { ...(options as Record<string, unknown> | undefined), ...own };
  const at = (below: string) => posix.join(folder, below).replace(/\/$/, '');
  const crateOptions = Object.entries(crates).flatMap(([below, { platforms, libc }]) => {
    if (platforms === undefined && libc === undefined) return [];
    const ofCrate = {
      ...(platforms === undefined ? {} : { platforms }),
      ...(libc === undefined ? {} : { libc }),
    };
    const ofThis = parseOptions(pluginOptions, { ...merged, ...ofCrate }, where('crates', below));
    return [[at(below), ofThis] as const];
  });
  return {
    name,
    folder,
    declaredIn: path,
    options: parseOptions(pluginOptions, merged, where()),
    crates: new Map(Object.entries(crates).map(([below, crate]) => [at(below), crate])),
    crateOptions: new Map(crateOptions),
  };
}

function tableIn(text: string, path: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw cargoError('DESCRIPTION_INVALID', {
      what: `${path}:${error.line}: the file is not TOML`,
      why: error.message.split('\n')[0] ?? 'the parser gave no reason',
      cause: error,
    });
  }
}

/** The sources that descriptions in the folders above a crate describe. @param folder the crate's */
export function sourcesAbove(folder: string, files: Pick<RepositoryFiles, 'exists' | 'read'>): Source[] {
  const paths: string[] = [];
  for (let above = folder; above !== '.';) {
    above = posix.dirname(above);
    const path = posix.join(above, 'millwright.toml');
    if (files.exists(path)) paths.push(path);
  }
  return [...readDescriptions(paths, files.read, {}).sources];
}

/** Where a crate's undeclared inputs are declared: a file, and the table in it. */
export interface Declaration {
  readonly file: string;
  readonly table: string;
}

/**
 * Where to declare what a crate's build reads: its manifest, or for sources of others the description of them.
 * @param repository the folder of the repository in which the crate lies; `.` where that is the Nx workspace's own
 */
export function declarationFor(folder: string, sources: readonly Source[], repository: string): Declaration {
  const source =
    sourceOf(folder, sources) ??
    (isWithin(folder, repository) && repository !== '.'
      ? {
          name: posix.basename(repository),
          folder: repository,
          declaredIn: posix.join(posix.dirname(repository), 'millwright.toml'),
        }
      : undefined);
  if (source === undefined) return { file: manifestOf(folder), table: 'package.metadata.millwright' };
  const below = posix.relative(source.folder, folder) || '.';
  return {
    file: source.declaredIn,
    table: ['sources', source.name, 'crates', below].map(tomlKey).join('.'),
  };
}

function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

/** The source that holds a folder. */
export function sourceOf(folder: string, sources: readonly Source[]): Source | undefined {
  return sources
    .filter((source) => isWithin(folder, source.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The plugin's options for the crate of a folder; undefined where no source holds it. */
export function optionsFor(folder: string, sources: readonly Source[]): PluginOptions | undefined {
  const source = sourceOf(folder, sources);
  return source?.crateOptions.get(folder) ?? source?.options;
}

/** The names that descriptions give to folders: to sources their own, to crates what is said of them. */
export function vendoredNames(sources: readonly Source[]): Map<string, string> {
  const names = new Map(sources.map(({ folder, name }) => [folder, name]));
  for (const { crates } of sources) {
    for (const [folder, { name }] of crates) if (name !== undefined) names.set(folder, name);
  }
  return names;
}

/** Whether anything is said of how a crate is built. */
export function saysHowToBuild(crate: VendoredCrate | undefined): boolean {
  return [crate, crate?.gnu, crate?.musl].some(
    (settings) =>
      settings !== undefined &&
      Object.keys(settings.options).length + Object.keys(settings.configurations).length > 0,
  );
}

/** The configurations of builds, in their order: every crate's three, and what descriptions add. */
export function configurationsOf(crates: readonly (VendoredCrate | undefined)[]): string[] {
  const named = crates
    .flatMap((crate) => [crate, crate?.gnu, crate?.musl])
    .flatMap((settings) => Object.keys(settings?.configurations ?? {}));
  return [...new Set(['release', 'dev', 'testing', ...named])];
}

/** What is said of a crate's builds for a triple; what is said for its C library wins. */
export function vendoredSettings(crate: VendoredCrate | undefined, triple: string): VendoredSettings {
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
