import type { Tree } from '@nx/devkit';
import { parseOptions } from '@millwright/toolkit';
import { addPlugin } from '@millwright/toolkit/nx';
import { schema } from './schema.js';

const plugin = '@millwright/windmill/plugin';

/** Adds the plugin to nx.json. Running it again changes nothing. */
export default async function init(tree: Tree, options: unknown): Promise<void> {
  const { skipFormat } = parseOptions(schema, options, `${plugin}:init`);
  await addPlugin(tree, { plugin, skipFormat });
}
