import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { type Environment, ownValue, readText } from '@millwright/toolkit';
import { commandFolder, includedConfigs } from '../manifests/config-folders.js';
import { asTable, parseToml, type TomlTable } from '../manifests/toml.js';
import { cargoHomeOf } from './cargo-home.js';

/**
 * Returns cargo's configuration files for a folder, nearest first (Cargo reference, "Configuration",
 * "Hierarchical structure"): `.cargo/config.toml` in the folder and all above it, then CARGO_HOME. The files that
 * one includes follow it.
 */
export function cargoConfigFiles(folder: string, env: Environment): string[] {
  const homes: string[] = [];
  for (let directory = resolve(folder); ; directory = dirname(directory)) {
    homes.push(join(directory, '.cargo'));
    if (dirname(directory) === directory) break;
  }
  homes.push(cargoHomeOf(env));
  const files = [...new Set(homes)].flatMap((home) => {
    // If both exist, cargo reads the one without an extension.
    const file = ['config', 'config.toml'].map((name) => join(home, name)).find((path) => existsSync(path));
    return file === undefined ? [] : [file];
  });
  return [...new Set(files.flatMap((file) => [file, ...includedIn(file)]))];
}

function includedIn(file: string): string[] {
  return includedConfigs(file.split(sep).join('/'), (path) => readText(path)).map((path) => resolve(path));
}

/** Returns the folder in which cargo runs for a crate (`commandFolder`). @param crate its folder, absolute */
export function commandFolderOf(crate: string, workspace: string): string {
  const [from, to] = [crate, workspace].map((path) => path.split(sep).join('/'));
  return resolve(commandFolder(from ?? crate, to ?? workspace, existsSync));
}

/**
 * Returns arguments for cargo that is started in another folder than the one whose configuration applies, because the
 * program that it runs inherits its working folder. Later arguments take precedence.
 */
export function configArguments(runsIn: string, startedIn: string, env: Environment): string[] {
  const known = new Set(cargoConfigFiles(startedIn, env));
  return cargoConfigFiles(runsIn, env)
    .filter(
      (file) =>
        !known.has(file) && basename(dirname(file)) === '.cargo' && /^config(\.toml)?$/.test(basename(file)),
    )
    .toReversed()
    .flatMap((file) => ['--config', file]);
}

/** Returns the nearest value of a key in cargo's configuration. Skips invalid files, which cargo reports. */
export function cargoConfigValue(files: readonly string[], keys: readonly string[]): unknown {
  for (const file of files) {
    const value = keys.reduce<unknown>((table, key) => ownValue(asTable(table) ?? {}, key), readConfig(file));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Reads a configuration file of cargo. Returns an empty table for invalid files, which cargo reports. */
export function readConfig(file: string): TomlTable {
  try {
    return parseToml(readText(file) ?? '');
  } catch {
    return {};
  }
}
