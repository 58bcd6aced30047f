import { basename, posix } from 'node:path';
import type { CreateNodesContext } from '@nx/devkit';
import { diskFiles, type RepositoryFiles } from '../files/disk-files.js';
import { projectFiles } from '../nx/plugin.js';
import { isComposeFile, nameClaims } from './claims.js';
import { type ProjectName, uniqueNames } from './unique-names.js';

/** The files from which each of our plugins creates projects. */
const ownFiles: Readonly<Record<string, (path: string) => boolean>> = {
  '@millwright/cargo': (path) => ['Cargo.toml', 'millwright.toml'].includes(posix.basename(path)),
  '@millwright/go': (path) => posix.basename(path) === 'go.mod',
  '@millwright/compose': isComposeFile,
};

/**
 * Returns the project name for every folder with a file that names one. All plugins in a repository return
 * the same names.
 * @param paths the files that the plugin's entry in nx.json lets it see, including those of other
 * ecosystems
 * @param plugin the calling plugin, as named in nx.json
 */
export async function projectNames(
  paths: readonly string[],
  plugin: string,
  { workspaceRoot, nxJsonConfiguration }: Pick<CreateNodesContext, 'workspaceRoot' | 'nxJsonConfiguration'>,
): Promise<Map<string, ProjectName>> {
  const entries = (nxJsonConfiguration.plugins ?? []).map((entry) =>
    typeof entry === 'string' ? { plugin: entry } : entry,
  );
  const mine = entries.filter((entry) => entry.plugin === plugin);
  const isOwn = ownFiles[plugin] ?? (() => false);
  const isUsed = (path: string) =>
    Object.entries(ownFiles).every(
      ([name, owns]) => !owns(path) || name === plugin || entries.some((entry) => entry.plugin === name),
    );
  // `include` and `exclude` hide projects of other plugins or entries, but their names are still taken.
  const isFiltered = mine.some((entry) => 'include' in entry || 'exclude' in entry);
  const visible = new Set(paths);
  const all = isFiltered
    ? (await allNamingFiles(workspaceRoot)).filter(
        (path) => visible.has(path) || !isOwn(path) || mine.length > 1,
      )
    : paths;
  // Every plugin reads every file here. Its own plugin warns about a file that cannot be read, when it reads the rest of
  // it; the first of our plugins warns about a file of none of them.
  const isFirst = entries.find((entry) => entry.plugin in ownFiles)?.plugin === plugin;
  const isShared = (path: string) => !Object.values(ownFiles).some((owns) => owns(path));
  const [loud, quiet] = [diskFiles(workspaceRoot), diskFiles(workspaceRoot, false)];
  const files: RepositoryFiles = {
    ...quiet,
    read: (path) => (isFirst && isShared(path) ? loud : quiet).read(path),
  };
  const claims = await nameClaims(all.filter(isUsed), files, {
    checkout: basename(workspaceRoot.replaceAll('\\', '/')),
    hasOtherPlugins: entries.some((entry) => !(entry.plugin in ownFiles)),
  });
  return uniqueNames(claims);
}

/** Returns all files of the workspace that name a project, from Nx's list, which excludes ignored files. */
async function allNamingFiles(workspaceRoot: string): Promise<string[]> {
  const { globAsync } = await import('@nx/devkit');
  const tree = { root: workspaceRoot, listChanges: () => [] } as unknown as Parameters<typeof globAsync>[0];
  return globAsync(tree, [projectFiles]);
}
