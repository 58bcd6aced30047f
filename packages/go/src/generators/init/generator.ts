import type { Tree } from '@nx/devkit';
import { parseOptions } from '@millwright/toolkit';
import { addPlugin, defaultPlatforms } from '@millwright/toolkit/nx';
import { schema } from './schema.js';

const plugin = '@millwright/go';

/** Adds the plugin to nx.json, and generated files to .gitignore. Running it again changes nothing. */
export default async function init(tree: Tree, options: unknown): Promise<void> {
  const {
    platforms = defaultPlatforms(),
    package: packages,
    skipFormat,
  } = parseOptions(schema, options, `${plugin}:init`);
  const ignored = ['/artifacts/', '.nx/cache', '.nx/workspace-data'];
  await addPlugin(tree, {
    plugin,
    options: { platforms, ...(packages ? { package: true } : {}) },
    ignored,
    skipFormat,
  });
}
