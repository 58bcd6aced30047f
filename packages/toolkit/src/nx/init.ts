import { formatFiles, readNxJson, type Tree, updateNxJson } from '@nx/devkit';
import { z } from 'zod';
import { withIgnored } from '../git/gitignore.js';
import { parseOptions } from '../options/options.js';
import { requireNode } from './node-version.js';
import { hostPlatform, type Platform, platformNames } from '../platforms/platforms.js';

/** The options of every `init` generator. */
export const initOptions = {
  skipFormat: z.boolean().describe('Do not format the changed files.').default(false),
  // `nx add` passes these to every init generator.
  keepExistingVersions: z.boolean().describe('Keep the versions in package.json.').default(true),
  updatePackageScripts: z.boolean().describe('No effect; accepted because nx add passes it.').default(false),
};

/** The options of the `init` generators of plugins that build for platforms. */
export const buildInitSchema = z.strictObject({
  platforms: z
    .array(z.enum(platformNames))
    .min(1)
    .describe(
      'The platforms to build for (default: linux/amd64 and linux/arm64 on Linux, otherwise the host platform).',
    )
    .meta({ example: ['linux/amd64'] })
    .optional(),
  package: z.boolean().describe('Infer targets that package artifacts into archives.').default(false),
  ...initOptions,
});

/**
 * Returns the default platforms. On Linux, images are built for both architectures. On other systems,
 * binaries are for the developer.
 */
function defaultPlatforms(): Platform[] {
  const host = hostPlatform();
  return host.goos === 'linux' ? ['linux/amd64', 'linux/arm64'] : [host.platform];
}

/**
 * Returns the `init` generator of a plugin that builds for platforms. It adds the plugin to nx.json, and its outputs to
 * .gitignore. Running it again changes nothing.
 * @param ignored the outputs of the plugin's targets beside the artifacts
 */
export function buildInit(plugin: string, ignored: readonly string[] = []) {
  return async (tree: Tree, options: unknown): Promise<void> => {
    const {
      platforms = defaultPlatforms(),
      package: packages,
      skipFormat,
    } = parseOptions(buildInitSchema, options, `${plugin}:init`);
    await addPlugin(tree, {
      plugin,
      options: { platforms, ...(packages ? { package: true } : {}) },
      ignored: ['/artifacts/', ...ignored, '.nx/cache', '.nx/workspace-data'],
      skipFormat,
    });
  };
}

interface PluginEntry {
  readonly plugin: string;
  /** Options of the entry in nx.json. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The outputs of the plugin's targets, for .gitignore. */
  readonly ignored?: readonly string[];
  readonly skipFormat: boolean;
}

/** Adds a plugin to nx.json, and its outputs to .gitignore. Running it again changes nothing. */
export async function addPlugin(
  tree: Tree,
  { plugin, options, ignored = [], skipFormat }: PluginEntry,
): Promise<void> {
  requireNode(plugin);
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  const isThere = plugins.some((entry) => (typeof entry === 'string' ? entry : entry.plugin) === plugin);
  const entry = options === undefined ? plugin : { plugin, options };
  if (!isThere) updateNxJson(tree, { ...nxJson, plugins: [...plugins, entry] });
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const complete = withIgnored(text, ignored);
  if (complete !== text) tree.write('.gitignore', complete);
  if (!skipFormat) await formatFiles(tree);
}
