import { posix } from 'node:path';
import {
  type FileLocation,
  firstLine,
  isMapping,
  MillwrightError,
  parseOptions,
  type RepositoryFiles,
} from '@millwright/toolkit';
import { TomlError } from 'smol-toml';
import type { z } from 'zod';
import { cargoError } from '../errors.js';
import { type PluginOptions, pluginOptions } from '../options.js';
import { vendoredFile, type VendoredCrate, vendoredSource } from './schema.js';
import { parseToml } from '../manifests/toml.js';
import { tomlLine } from '../manifests/toml-lines.js';
import { isWithin } from '../manifests/workspaces.js';
import { manifestOf } from '../manifests/manifest.js';

/** A vendored source: third-party code that is built but not edited, with settings in a millwright.toml outside it. */
export interface Source {
  readonly name: string;
  /** The folder of the sources. */
  readonly folder: string;
  /** The millwright.toml that declares the source. */
  readonly declaredIn: string;
  /** The plugin's options for its crates: those of nx.json, overridden by the millwright.toml. */
  readonly options: PluginOptions;
  /** Settings of crates, by folder. */
  readonly crates: ReadonlyMap<string, VendoredCrate>;
  /** The plugin's options of crates with other platforms or C libraries than the source, by folder. */
  readonly crateOptions: ReadonlyMap<string, PluginOptions>;
}

/** The vendored sources of a repository. */
export interface VendoredSources {
  readonly sources: readonly Source[];
  /** Errors in millwright.toml files. A file with invalid TOML has one for each source that it seems to declare. */
  readonly errors: readonly VendoredSourceError[];
}

export interface VendoredSourceError {
  readonly declaredIn: string;
  /** The folder of the declared source; undefined if the file seems to declare none. */
  readonly folder: string | undefined;
  readonly error: MillwrightError;
}

/**
 * Reads the vendored sources that millwright.toml files declare.
 * @param paths all millwright.toml files
 * @param options the plugin's options in nx.json, unparsed
 */
export function readVendoredSources(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  options: unknown,
): VendoredSources {
  const sources: Source[] = [];
  const errors: VendoredSourceError[] = [];
  for (const path of paths) {
    const text = read(path) ?? '';
    const at = (folder: string) => posix.join(posix.dirname(path), folder).replace(/\/$/, '');
    const locate = (keys: readonly PropertyKey[]) => ({ file: path, line: tomlLine(text, keys) });
    const file = attempt(() => parseOptions(vendoredFile, tableIn(text, path), 'vendored sources', locate));
    if (file instanceof MillwrightError) {
      const folders = sourceNames(text).map(at);
      for (const folder of folders.length === 0 ? [undefined] : folders) {
        errors.push({ declaredIn: path, folder, error: file });
      }
      continue;
    }
    for (const [name, declared] of Object.entries(file.sources)) {
      const source = attempt(() => parseSource({ path, locate, name, declared, options }));
      if (source instanceof MillwrightError) {
        errors.push({ declaredIn: path, folder: at(folderIn(declared) ?? name), error: source });
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

/** Finds the names of the sources that an invalid file declares, from its table headers. */
function sourceNames(text: string): string[] {
  const found = text.matchAll(/^\s*\[\s*sources\s*\.\s*"?([\w-]+)"?\s*[.\]]/gm);
  return [...new Set([...found].flatMap(([, name]) => name ?? []))];
}

function folderIn(declared: unknown): string | undefined {
  const folder = isMapping(declared) ? declared.folder : undefined;
  return typeof folder === 'string' && !folder.startsWith('/') ? folder : undefined;
}

interface DeclaredSource {
  /** The path of the millwright.toml. */
  readonly path: string;
  /** Locates a key, for messages. */
  readonly locate: (keys: readonly PropertyKey[]) => FileLocation;
  readonly name: string;
  readonly declared: unknown;
  /** The plugin's options in nx.json. */
  readonly options: unknown;
}

/** @throws MillwrightError OPTION_INVALID */
function parseSource({ path, locate, name, declared, options }: DeclaredSource): Source {
  const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown, ...below: readonly string[]) => {
    const place = ['sources', name, ...below];
    return parseOptions(schema, value, place.join('.'), (keys) => locate([...place, ...keys]));
  };
  const { crates, folder: named = name, ...own } = parse(vendoredSource, declared);
  const folder = posix.join(posix.dirname(path), named).replace(/\/$/, '');
  const merged = { ...(options as Record<string, unknown> | undefined), ...own };
  const at = (below: string) => posix.join(folder, below).replace(/\/$/, '');
  const crateOptions = Object.entries(crates).flatMap(([below, { platforms, libc }]) => {
    if (platforms === undefined && libc === undefined) return [];
    const crateValues = {
      ...(platforms === undefined ? {} : { platforms }),
      ...(libc === undefined ? {} : { libc }),
    };
    return [[at(below), parse(pluginOptions, { ...merged, ...crateValues }, 'crates', below)] as const];
  });
  return {
    name,
    folder,
    declaredIn: path,
    options: parse(pluginOptions, merged),
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
      what: 'millwright.toml is not valid TOML',
      location: { file: path, line: error.line, column: error.column },
      why: firstLine(error.message),
      cause: error,
    });
  }
}

/** Returns the sources declared in the folders above a crate. @param folder the crate's folder */
export function sourcesAbove(folder: string, files: Pick<RepositoryFiles, 'exists' | 'read'>): Source[] {
  const paths: string[] = [];
  for (let above = folder; above !== '.';) {
    above = posix.dirname(above);
    const path = posix.join(above, 'millwright.toml');
    if (files.exists(path)) paths.push(path);
  }
  return [...readVendoredSources(paths, files.read, {}).sources];
}

/** Where to declare a crate's inputs: a file, and the table in it. */
export interface Declaration {
  readonly file: string;
  readonly table: string;
}

/**
 * Returns where to declare the inputs of a crate: in its manifest, or for vendored crates in the millwright.toml.
 * @param repository the folder of the git repository that contains the crate; `.` for the Nx workspace's own
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

/** Returns the source that contains a folder. */
export function sourceOf(folder: string, sources: readonly Source[]): Source | undefined {
  return sources
    .filter((source) => isWithin(folder, source.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** Returns the plugin's options for the crate in a folder; undefined if no source contains it. */
export function optionsFor(folder: string, sources: readonly Source[]): PluginOptions | undefined {
  const source = sourceOf(folder, sources);
  return source?.crateOptions.get(folder) ?? source?.options;
}

/** Returns the project names that millwright.toml files set, by folder. */
export function vendoredNames(sources: readonly Source[]): Map<string, string> {
  const names = new Map(sources.map(({ folder, name }) => [folder, name]));
  for (const { crates } of sources) {
    for (const [folder, { name }] of crates) if (name !== undefined) names.set(folder, name);
  }
  return names;
}
