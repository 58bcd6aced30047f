import { posix } from 'node:path';
import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { z } from 'zod';
import { placeholderTargets } from './placeholder-targets.js';
import type { Source } from './vendored-crates.js';
import type { Targets } from './targets.js';

/** The list of a source's crates, which stands beside its description: what is known of them without sources. */
export const crateList = z.strictObject({
  /** The commit that the list is of. */
  commit: z.string(),
  crates: z.array(
    z.strictObject({
      /** The folder below the source. */
      folder: z.string(),
      /** The project's name. */
      name: z.string(),
      /** Whether there is anything to hand over, and to start. */
      builds: z.boolean(),
      runs: z.boolean(),
      /** The folders of the crates of the list that it depends on. */
      dependsOn: z.array(z.string()),
    }),
  ),
});

export type CrateList = z.output<typeof crateList>;

/** Where the list of a source's crates stands. */
export function crateListPath(source: Pick<Source, 'declaredIn' | 'name'>): string {
  return posix.join(posix.dirname(source.declaredIn), `${source.name}.crates.json`);
}

/** The project of a source itself: where it is brought up to date. */
export function sourceProject(source: Source, names: ReadonlyMap<string, string>): ProjectConfiguration {
  return {
    root: source.folder,
    name: names.get(source.folder) ?? source.name,
    projectType: 'library',
    targets: {
      update: {
        executor: '@millwright/cargo:update',
        cache: false,
        inputs: ['{workspaceRoot}/.gitmodules', { externalDependencies: [] }],
        options: { list: crateListPath(source) },
        metadata: { description: `Moves ${source.name} to a tag or commit, says what changed and builds it` },
      },
    },
  };
}

/**
 * Projects in the place of crates whose sources are not here: they are listed and drawn like those, and every
 * target of theirs says what brings the sources.
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

function missingTargets(
  source: Source,
  folder: string,
  { builds, runs }: { readonly builds: boolean; readonly runs: boolean },
): Targets {
  const target = {
    executor: '@millwright/cargo:missing-sources',
    cache: false,
    // Nx knows no files of a project whose folder is not there, and would look for them.
    inputs: ['{workspaceRoot}/.gitmodules', { externalDependencies: [] }],
    options: { source: source.folder },
    metadata: { description: `Says what brings the sources of ${source.name}` },
  } satisfies TargetConfiguration;
  const options = source.crateOptions.get(folder) ?? source.options;
  return placeholderTargets({ target, builds, runs, vendored: source.crates.get(folder) }, options);
}
