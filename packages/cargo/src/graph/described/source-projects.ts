import type { ProjectConfiguration } from '@nx/devkit';
import { parseOptions } from '@millwright/toolkit';
import type { Source } from './described.js';
import { crateList, type CrateList, crateListPath, sourceProject, standIns } from './stand-ins.js';
import { isBelow } from '../workspaces.js';

/**
 * The projects of described sources beside those of their crates, by folder: each source's own, and stand-ins for
 * the crates where the sources are not here.
 * @param manifests every Cargo.toml of the repository
 * @throws MillwrightError OPTION_INVALID where a list of crates has another form
 */
export function sourceProjects(
  sources: readonly Source[],
  manifests: readonly string[],
  read: (path: string) => string | undefined,
): Record<string, ProjectConfiguration> {
  const projects: Record<string, ProjectConfiguration> = {};
  for (const source of sources) {
    projects[source.folder] = sourceProject(source);
    if (manifests.some((manifest) => isBelow(manifest, source.folder))) continue;
    for (const project of standIns(source, listOf(source, read))) {
      // A source may be one crate, whose folder is then that of both.
      const targets = { ...projects[project.root]?.targets, ...project.targets };
      projects[project.root] = { ...project, targets };
    }
  }
  return projects;
}

/** What was recorded of a source's crates; undefined where nothing was. */
function listOf(source: Source, read: (path: string) => string | undefined): CrateList | undefined {
  const path = crateListPath(source);
  const text = read(path);
  return text === undefined ? undefined : parseOptions(crateList, JSON.parse(text), path);
}
