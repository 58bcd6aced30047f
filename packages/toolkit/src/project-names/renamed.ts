import { formatList } from '../text/format-list.js';
import type { ProjectName } from './unique-names.js';

/**
 * Returns the note about projects whose preferred name was not available, if any.
 * @param names the names of all projects
 * @param folders the folders of the plugin's projects
 */
export function renamedNote(
  plugin: string,
  names: ReadonlyMap<string, ProjectName>,
  folders: Iterable<string>,
): string[] {
  const renamed = [...folders].flatMap((folder) => {
    const found = names.get(folder);
    return found && found.name !== found.wanted ? [{ folder, ...found }] : [];
  });
  if (renamed.length === 0) return [];
  const reason = ({ wanted, takenBy }: ProjectName) =>
    takenBy === undefined
      ? `Nx cannot use the name ${wanted}`
      : `the project in ${takenBy} has the name ${wanted}`;
  const lines = renamed
    .sort((a, b) => (a.folder < b.folder ? -1 : 1))
    .map((one) => `${one.folder} is ${one.name}, because ${reason(one)}`);
  return [
    `${plugin}: ${formatList(lines)}. To choose another name, set "name" in a project.json in the folder.`,
  ];
}
