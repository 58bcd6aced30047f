import type { ProjectConfiguration } from '@nx/devkit';
import { MillwrightError, parseOptions } from '@millwright/toolkit';
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
 * The projects of described sources beside those of their crates, by folder: each source's own, and stand-ins for
 * the crates where the sources are not here.
 * @param manifests every Cargo.toml of the repository
 * @param names the names of projects by folder
 * @returns the projects, and what is wrong with lists of crates, which then count as missing
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
    const list = listOf(source, read);
    if (list instanceof MillwrightError) errors.push(list);
    for (const project of placeholders(source, list instanceof MillwrightError ? undefined : list, names)) {
      // A source may be one crate, whose folder is then that of both.
      const targets = { ...projects[project.root]?.targets, ...project.targets };
      projects[project.root] = { ...project, targets };
    }
  }
  return { projects, errors };
}

/** What was recorded of a source's crates; undefined where nothing was. */
function listOf(
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
      what: `${path} is not a list of crates`,
      why: error instanceof MillwrightError ? error.why : String(error),
      remedy: `Write it again: nx run ${source.name}:update`,
    });
  }
}
