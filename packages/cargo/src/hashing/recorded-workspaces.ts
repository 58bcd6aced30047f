import { readWorkspaceState, writeWorkspaceState } from '@millwright/toolkit';
import { z } from 'zod';
import type { CargoRepository } from '../manifests/repository.js';
import { type CrateReads, joinedReads } from '../source-scan/crate-reads.js';
import { isOutside } from '../source-scan/scanner/paths.js';

const texts = z.array(z.string()).readonly();

/** What the task hook must hash. Written with the project graph, read in each run. */
const recorded = z.strictObject({
  workspaces: z
    .array(
      z.strictObject({
        root: z.string(),
        /** Files that its crates read outside the repository, relative to it or absolute. */
        outside: texts,
        /** The folders of its crates. */
        crates: texts,
      }),
    )
    .readonly(),
  triples: texts,
  /** The names of the plugin's projects. */
  projects: texts,
  /** The toolchains that targets' options name. */
  toolchains: texts,
  /** The repositories whose git state builds read; `changes` is set if a build reads whether the work tree is clean. */
  repositories: z.array(z.strictObject({ folder: z.string(), changes: z.boolean() })).readonly(),
});

export type RecordedWorkspaces = Readonly<z.output<typeof recorded>>;

const format = { name: 'cargo-workspaces', version: 3, schema: recorded };

export function recordedWorkspaces(workspaceRoot: string): RecordedWorkspaces | undefined {
  return readWorkspaceState(workspaceRoot, format);
}

export function recordWorkspaces(workspaceRoot: string, workspaces: RecordedWorkspaces): void {
  writeWorkspaceState(workspaceRoot, format, workspaces);
}

/**
 * Returns what the crates of each workspace use outside the repository: path dependencies and files.
 * @param reads the files that crates read, by crate folder
 */
export function outsideReads(
  { workspaces, crates: known }: Pick<CargoRepository, 'workspaces' | 'crates'>,
  reads: ReadonlyMap<string, CrateReads>,
): RecordedWorkspaces['workspaces'] {
  const byWorkspace = Map.groupBy(reads, ([folder]) => known.get(folder)?.workspaceRoot);
  return workspaces.map(({ root, crates }) => {
    const dependencies = crates.flatMap(({ dependencies: own }) => own.flatMap(({ path }) => path ?? []));
    const read = (byWorkspace.get(root) ?? []).flatMap(([, { library, binaries, tests }]) => [
      ...joinedReads([library, binaries, tests]).outside.keys(),
    ]);
    return {
      root,
      outside: [...new Set([...dependencies.filter(isOutside), ...read])].sort(),
      crates: crates.map((crate) => crate.root),
    };
  });
}
