import { posix } from 'node:path';
import { stringify } from 'smol-toml';
import { cargoError } from '../errors.js';
import type { Crate } from '../manifests/model.js';

/** What a user chose for the main crate of vendored sources. */
export interface CrateChoices {
  readonly features?: readonly string[] | undefined;
  /** Each a list of features separated by commas. */
  readonly fallbacks?: readonly string[] | undefined;
  readonly installTo?: string | undefined;
  /** What the binary prints with `--version`. */
  readonly validate?: string | undefined;
}

/**
 * Returns the crate that build options are for: the chosen one, else the only crate with a binary, else the crate with a
 * binary that is the root package of the largest workspace. Undefined if there is none, or no largest one.
 * @param crates the crates of the sources
 * @param folder the sources' folder
 * @param chosen a crate's name, or its folder relative to the workspace or the sources
 * @throws MillwrightError OPTION_INVALID if the chosen crate does not exist
 */
export function mainCrate(crates: readonly Crate[], folder: string, chosen?: string): Crate | undefined {
  if (chosen !== undefined) {
    const wanted = posix.normalize(chosen).replace(/\/$/, '');
    const found = crates.find(({ name, root }) =>
      [name, root, posix.relative(folder, root) || '.'].includes(wanted),
    );
    if (found) return found;
    const names = crates.map(({ name }) => name).sort();
    throw cargoError('OPTION_INVALID', {
      what: `no crate "${chosen}" found in ${folder}`,
      why: `available crates: ${names.join(', ')}`,
    });
  }
  const binaries = cratesWithBinary(crates);
  const sizes = new Map(
    [...Map.groupBy(crates, ({ workspaceRoot }) => workspaceRoot)].map(([root, { length }]) => [
      root,
      length,
    ]),
  );
  const largest = Math.max(...sizes.values());
  const roots = binaries.filter(
    ({ root, workspaceRoot }) => root === workspaceRoot && sizes.get(root) === largest,
  );
  const namesakes = binaries.filter(({ name }) => name === posix.basename(folder));
  return [binaries, roots, namesakes].find((candidates) => candidates.length === 1)?.[0];
}

/** Returns the crates with a binary target. */
export function cratesWithBinary(crates: readonly Crate[]): Crate[] {
  return crates.filter(({ targets }) => targets.some(({ kind }) => kind === 'bin'));
}

/**
 * Returns the project name of the main crate if it needs another one than its own: the sources' project has that name.
 * @param source the name of the sources
 * @param folder the folder of the sources; a crate in it is the same project
 */
export function projectNameFor(crate: Crate, source: string, folder: string): string | undefined {
  if (crate.name !== source || crate.root === folder) return undefined;
  if (!crate.targets.some(({ kind }) => kind === 'bin')) return `${source}-lib`;
  const own = posix.basename(crate.root);
  return `${source}-${own === source ? 'bin' : own}`;
}

/** The entry of vendored sources in a millwright.toml. */
export interface SourceEntry {
  readonly name: string;
  /** The sources' folder, relative to the millwright.toml. */
  readonly folder: string;
  /** The main crate's folder, relative to the sources, with what is set for it. */
  readonly crate?: {
    readonly folder: string;
    readonly name?: string | undefined;
    readonly choices: CrateChoices;
  };
}

/** Formats the entry as tables that can be appended to a millwright.toml. */
export function formatSourceEntry({ name, folder, crate }: SourceEntry): string {
  const settings = crate && crateSettings(crate.name, crate.choices);
  const source = {
    ...(folder === name ? {} : { folder }),
    ...(settings && Object.keys(settings).length > 0 ? { crates: { [crate.folder]: settings } } : {}),
  };
  return `${stringify({ sources: { [name]: source } }).trimEnd()}\n`;
}

function crateSettings(name: string | undefined, choices: CrateChoices): Record<string, unknown> {
  const { features, fallbacks, installTo, validate } = choices;
  const options = {
    ...(features === undefined ? {} : { features: [...features] }),
    ...(fallbacks === undefined
      ? {}
      : { fallbacks: fallbacks.map((list) => ({ features: splitList(list) })) }),
    ...(installTo === undefined ? {} : { installTo }),
  };
  return {
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(validate === undefined
      ? {}
      : { validate: { args: ['--version'], ...(validate === '' ? {} : { prints: validate }) } }),
  };
}

function splitList(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
