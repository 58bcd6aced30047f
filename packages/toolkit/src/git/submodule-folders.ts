import type { CreateNodesContext } from '@nx/devkit';
import { diskFiles } from '../files/disk-files.js';
import { parseSubmodules } from './submodules.js';

/** The plugins that read .gitmodules when they create projects. */
const readers: ReadonlySet<string> = new Set(['@millwright/cargo', '@millwright/go']);

/**
 * Returns the folders of the workspace's submodules. Plugins run in separate processes: only the first reader in nx.json
 * warns if .gitmodules cannot be read.
 * @param plugin the calling plugin, as named in nx.json
 */
export function submoduleFolders(
  plugin: string,
  { workspaceRoot, nxJsonConfiguration }: Pick<CreateNodesContext, 'workspaceRoot' | 'nxJsonConfiguration'>,
): string[] {
  const entries = (nxJsonConfiguration.plugins ?? []).map((entry) =>
    typeof entry === 'string' ? entry : entry.plugin,
  );
  const first = entries.find((name) => readers.has(name));
  const files = diskFiles(workspaceRoot, first === undefined || first === plugin);
  return parseSubmodules(files.read('.gitmodules') ?? '').map(({ path }) => path);
}
