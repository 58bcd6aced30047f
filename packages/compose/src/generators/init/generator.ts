import { formatFiles, readNxJson, type Tree, updateNxJson } from '@nx/devkit';
import { parseOptions } from '@millwright/toolkit';
import { schema } from './schema.js';

const plugin = '@millwright/compose';

/** Adds the plugin's entry to nx.json; a second run changes nothing. */
export default async function init(tree: Tree, options: unknown): Promise<void> {
  const { skipFormat } = parseOptions(schema, options, `${plugin}:init`);
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  const isThere = plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === plugin);
  if (!isThere) updateNxJson(tree, { ...nxJson, plugins: [...plugins, plugin] });
  if (!skipFormat) await formatFiles(tree);
}
