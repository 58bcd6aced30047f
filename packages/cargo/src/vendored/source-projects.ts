import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { MillwrightError, nxRun, parseOptions } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import type { Source } from './vendored-crates.js';
import {
  crateList,
  type CrateList,
  crateListPath,
  described,
  sourceProject,
  placeholders,
} from './placeholder-projects.js';
import { isWithin } from '../manifests/workspaces.js';

interface SourceFacts {
  /** All Cargo.toml files of the repository. */
  readonly manifests: readonly string[];
  /** Returns whether the crate in a folder has a project. */
  readonly isProject: (folder: string) => boolean;
  /** The names of projects by folder. */
  readonly names: ReadonlyMap<string, string>;
  readonly read: (path: string) => string | undefined;
}

/**
 * Returns, by folder, the projects of vendored sources themselves, metadata of the crates whose sources are checked out,
 * and placeholder projects for the others.
 * @returns the projects, and errors in lists of crates; an invalid list is ignored
 */
export function sourceProjects(
  sources: readonly Source[],
  { manifests, isProject, names, read }: SourceFacts,
): { projects: Record<string, ProjectConfiguration>; errors: MillwrightError[] } {
  const projects: Record<string, ProjectConfiguration> = {};
  const errors: MillwrightError[] = [];
  for (const source of sources) {
    const found = readCrateList(source, read);
    if (found instanceof MillwrightError) errors.push(found);
    const list = found instanceof MillwrightError ? undefined : found;
    projects[source.folder] = sourceProject(source, list, names);
    const others = manifests.some((manifest) => isWithin(manifest, source.folder))
      ? crateMetadata(source, list, isProject)
      : placeholders(source, list, names);
    for (const project of others) {
      // A source may consist of one crate in the same folder; merge their targets.
      const targets = { ...projects[project.root]?.targets, ...project.targets };
      projects[project.root] = { ...projects[project.root], ...project, targets };
    }
  }
  return { projects, errors };
}

/** Returns what was inferred for crates that are checked out; Nx adds it to their projects. */
function crateMetadata(
  source: Source,
  list: CrateList | undefined,
  isProject: (folder: string) => boolean,
): ProjectConfiguration[] {
  return (list?.crates ?? []).flatMap(({ folder }) => {
    const root = posix.join(source.folder, folder).replace(/\/$/, '');
    const own = described(source, root, list);
    return own.metadata !== undefined && isProject(root) ? [{ root, ...own }] : [];
  });
}

/** Reads the list of a source's crates; returns undefined if there is none. */
function readCrateList(
  source: Source,
  read: (path: string) => string | undefined,
): CrateList | MillwrightError | undefined {
  const path = crateListPath(source);
  const text = read(path);
  if (text === undefined) return undefined;
  try {
    return parseOptions(crateList, JSON.parse(text), path);
  } catch (error) {
    return cargoError('DESCRIPTION_INVALID', {
      what: 'the list of vendored crates is invalid',
      location: { file: path },
      why: error instanceof MillwrightError ? error.why : String(error),
      remedy: nxRun(`${source.name}:update`),
    });
  }
}
