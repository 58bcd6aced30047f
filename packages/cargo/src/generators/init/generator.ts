import type { Tree } from '@nx/devkit';
import { parseOptions } from '@millwright/toolkit';
import { addPlugin, defaultPlatforms } from '@millwright/toolkit/nx';
import { schema } from './schema.js';

const plugin = '@millwright/cargo';

/** Adds the plugin to nx.json and build outputs to .gitignore. Idempotent. */
export default async function init(tree: Tree, options: unknown): Promise<void> {
  const {
    platforms = defaultPlatforms(),
    package: packages,
    skipFormat,
  } = parseOptions(schema, options, `${plugin}:init`);
  const ignored = ['/artifacts/', 'target/', '.nx/cache', '.nx/workspace-data'];
  await addPlugin(tree, {
    plugin,
    options: { platforms, ...(packages ? { package: true } : {}) },
    ignored,
    skipFormat,
  });
}
