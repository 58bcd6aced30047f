import { posix } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { z } from 'zod';
import { isWithin } from '../manifests/workspaces.js';
import type { InferredFact } from './inferred-facts.js';
import { placeholderTargets } from './placeholder-targets.js';
import type { Source } from './vendored-crates.js';
import type { Targets } from './targets.js';

/** The list of a source's crates, stored beside the millwright.toml and used if the sources are not checked out. */
export const crateList = z.strictObject({
  /** The commit of the listed crates. */
  commit: z.string(),
  crates: z.array(
    z.strictObject({
      /** The folder, relative to the source. */
      folder: z.string(),
      /** The project's name. */
      name: z.string(),
      /** Whether the crate produces artifacts, and whether one is a binary. */
      builds: z.boolean(),
      runs: z.boolean(),
      /** The folders of its dependencies in the list. */
      dependsOn: z.array(z.string()),
    }),
  ),
  /** What follows from files of the source. */
  inferred: z.array(z.strictObject({ from: z.string(), what: z.string() })).default([]),
});

export type CrateList = z.output<typeof crateList>;

/** Returns the path of the list of a source's crates. */
export function crateListPath(source: Pick<Source, 'declaredIn' | 'name'>): string {
  return posix.join(posix.dirname(source.declaredIn), `${source.name}.crates.json`);
}

/** Returns the project of a source itself, with the target `update`. */
export function sourceProject(
  source: Source,
  list: CrateList | undefined,
  names: ReadonlyMap<string, string>,
): ProjectConfiguration {
  return {
    ...described(source, source.folder, list),
    root: source.folder,
    name: names.get(source.folder) ?? source.name,
    projectType: 'library',
    targets: {
      update: {
        executor: '@millwright/cargo:update',
        cache: false,
        inputs: ['{workspaceRoot}/.gitmodules', { externalDependencies: [] }],
        options: { list: crateListPath(source) },
        metadata: {
          description: `Updates the sources of ${source.name} to a tag or commit, prints what changed, and builds them`,
        },
      },
    },
  };
}

/**
 * Returns placeholder projects for crates whose sources are not checked out. Every target fails with the command that
 * fetches the sources.
 */
export function placeholders(
  source: Source,
  list: CrateList | undefined,
  names: ReadonlyMap<string, string>,
): ProjectConfiguration[] {
  const listed = list?.crates ?? [];
  const known = new Set(listed.map(({ folder }) => posix.join(source.folder, folder).replace(/\/$/, '')));
  const others = [...source.crates.keys()].filter((folder) => !known.has(folder));
  const at = (folder: string) => posix.join(source.folder, folder).replace(/\/$/, '');
  const nameOf = new Map(listed.map(({ folder, name }) => [folder, names.get(at(folder)) ?? name] as const));
  return [
    ...listed.map(({ folder, name, builds, runs, dependsOn }) => ({
      ...described(source, at(folder), list),
      root: at(folder),
      name: nameOf.get(folder) ?? name,
      projectType: runs ? ('application' as const) : ('library' as const),
      implicitDependencies: dependsOn.flatMap((other) => nameOf.get(other) ?? []),
      targets: missingTargets(source, at(folder), { builds, runs }),
    })),
    ...others.map((folder) => ({
      root: folder,
      name: names.get(folder) ?? posix.basename(folder),
      projectType: 'library' as const,
      targets: missingTargets(source, folder, { builds: true, runs: true }),
    })),
  ];
}

/** The metadata of a project of vendored sources; `nx show project <name> --json` prints it. */
interface SourceMetadata {
  readonly description: string;
  readonly inferred: readonly InferredFact[];
}

/**
 * Returns metadata that say what was inferred for a folder, and from which files within it. None, if nothing was inferred.
 * @param folder relative to the workspace
 */
export function described(
  source: Pick<Source, 'folder' | 'name'>,
  folder: string,
  list: CrateList | undefined,
): { metadata?: SourceMetadata } {
  const inferred = (list?.inferred ?? [])
    .map(({ from, what }) => ({ from: posix.join(source.folder, from), what }))
    .filter(({ from }) => isWithin(from, folder));
  if (inferred.length === 0) return {};
  const lines = inferred.map(({ from, what }) => `${posix.relative(folder, from)}: ${what}`);
  return {
    metadata: { description: `Inferred from the sources of ${source.name}: ${lines.join('. ')}`, inferred },
  };
}

function missingTargets(
  source: Source,
  folder: string,
  { builds, runs }: { readonly builds: boolean; readonly runs: boolean },
): Targets {
  const target = {
    executor: '@millwright/cargo:missing-sources',
    cache: false,
    // With the default inputs, Nx would look for files of the project, whose folder does not exist.
    inputs: ['{workspaceRoot}/.gitmodules', { externalDependencies: [] }],
    options: { source: source.folder },
    metadata: { description: `Prints the command that fetches the sources of ${source.name}` },
  } satisfies TargetConfiguration;
  const options = source.crateOptions.get(folder) ?? source.options;
  return placeholderTargets({ target, builds, runs, vendored: source.crates.get(folder) }, options);
}
