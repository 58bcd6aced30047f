import { posix } from 'node:path';
import { formatCount } from '@millwright/toolkit';
import { parseToml, tablesOf, type TomlTable } from '../manifests/toml.js';
import { configuredLinker } from '../toolchain/configured-linker.js';
import { nativeNeeds } from '../preflight/native-libraries.js';

/** What follows from a file of vendored sources, without configuration. */
export interface InferredFact {
  /** The file or folder, relative to the sources. */
  readonly from: string;
  readonly what: string;
}

/** Git pathspecs of the files that facts follow from, except OpenAPI documents. */
export const factFiles = [
  '.sqlx/query-*.json',
  '*features*.sh',
  '.cargo/config',
  '.cargo/config.toml',
  'Cargo.lock',
];

interface FactSources {
  /** Tracked files that match `factFiles`, relative to the sources. */
  readonly paths: readonly string[];
  readonly read: (path: string) => string | undefined;
  /** The number of operations of each OpenAPI document, by its path. */
  readonly operations: ReadonlyMap<string, number>;
}

/** Returns what builds infer from the files of vendored sources, in the order of kinds. */
export function inferredFacts({ paths, read, operations }: FactSources): InferredFact[] {
  const named = (test: (path: string) => boolean) => paths.filter(test);
  const texts = (test: (path: string) => boolean) => {
    return named(test).flatMap((path) => {
      const text = read(path);
      return text === undefined ? [] : [[path, text] as const];
    });
  };
  const queries = Map.groupBy(
    named((path) => posix.basename(posix.dirname(path)) === '.sqlx'),
    (path) => posix.dirname(path),
  );
  return [
    ...[...queries].map(([from, { length }]) => ({
      from,
      what: `${length} saved SQLx ${length === 1 ? 'query' : 'queries'}; builds check queries offline unless DATABASE_URL is set`,
    })),
    ...texts((path) => /(^|\/)\.cargo\/config(\.toml)?$/.test(path)).flatMap(([from, text]) =>
      linkers(text).map((what) => ({ from, what })),
    ),
    ...texts((path) => posix.basename(path) === 'Cargo.lock').flatMap(([from, text]) =>
      needs(text).map((what) => ({ from, what })),
    ),
    ...named((path) => path.endsWith('.sh')).map((from) => ({
      from,
      what: `may print features; use the feature "@./${posix.basename(from)}" to run it in its folder`,
    })),
    ...[...operations].map(([from, count]) => ({
      from,
      what: `OpenAPI document with ${formatCount(count, 'operation')}`,
    })),
  ];
}

/** Returns the linkers that a configuration file of cargo sets. */
function linkers(text: string): string[] {
  return tablesOf(configTable(text).target).flatMap(([triple]) => {
    const { program, fuseLd } = configuredLinker(triple, {}, [configTable(text)]);
    if (program === undefined && fuseLd === undefined) return [];
    return [`links ${triple} with ${[program, fuseLd].filter((name) => name !== undefined).join(' and ')}`];
  });
}

function configTable(text: string): TomlTable {
  try {
    return parseToml(text);
  } catch {
    return {}; // cargo reports it
  }
}

/** Returns what packages of a lock file require on the machine if a build contains them. */
function needs(lock: string): string[] {
  const versions = new Map(
    [...lock.matchAll(/^name = "([^"]+)"\r?\nversion = "([^"]+)"/gm)].map(([, name, version]) => [
      name,
      version,
    ]),
  );
  const locked = nativeNeeds.filter((need) => versions.has(need.package));
  const debian = [...new Set(locked.flatMap((need) => need.debian))].sort();
  return [
    ...(debian.length === 0
      ? []
      : [`native libraries and programs to install, by feature (Debian): ${debian.join(', ')}`]),
    ...locked.flatMap(({ package: name, prebuilt }) =>
      prebuilt === undefined
        ? []
        : [
            `${name} ${versions.get(name) ?? ''} downloads a prebuilt library, unless ${prebuilt.archiveVariable} is set`,
          ],
    ),
  ];
}
