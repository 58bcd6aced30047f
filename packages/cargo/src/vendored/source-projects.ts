import type { ProjectConfiguration } from '@nx/devkit';
import { MillwrightError, nxRun, parseOptions } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import type { Source } from './vendored-crates.js';
import {
  crateList,
  type CrateList,
  crateListPath,
  sourceProject,
  placeholders,
} from './placeholder-projects.js';
import { isWithin } from '../manifests/workspaces.js';

/**
 * Returns, by folder, the projects of vendored sources themselves, and placeholder projects for crates whose sources are
 * not checked out.
 * @param manifests all Cargo.toml files of the repository
 * @param names the names of projects by folder
 * @returns the projects, and errors in lists of crates; an invalid list is ignored
 */
export function sourceProjects(
  sources: readonly Source[],
  manifests: readonly string[],
  names: ReadonlyMap<string, string>,
  read: (path: string) => string | undefined,
): { projects: Record<string, ProjectConfiguration>; errors: MillwrightError[] } {
  const projects: Record<string, ProjectConfiguration> = {};
  const errors: MillwrightError[] = [];
  for (const source of sources) {
    projects[source.folder] = sourceProject(source, names);
    if (manifests.some((manifest) => isWithin(manifest, source.folder))) continue;
    const list = readCrateList(source, read);
    if (list instanceof MillwrightError) errors.push(list);
    for (const project of placeholders(source, list instanceof MillwrightError ? undefined : list, names)) {
      // A source may consist of one crate in the same folder; merge their targets.
      const targets = { ...projects[project.root]?.targets, ...project.targets };
      projects[project.root] = { ...project, targets };
    }
  }
  return { projects, errors };
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
