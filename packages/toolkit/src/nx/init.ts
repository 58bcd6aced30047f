import { formatFiles, readNxJson, type Tree, updateNxJson } from '@nx/devkit';
import { z } from 'zod';
import { withIgnored } from '../gitignore.js';
import { hostPlatform, type Platform, platformNames } from '../platforms.js';

/** The options that every `init` generator has. @param thing what the plugin's projects are, as in "a crate" */
export function initOptions(thing: string) {
  return {
    skipFormat: z.boolean().describe('Leaves the changed files as they are written.').default(false),
    // `nx add` passes these to every init generator.
    keepExistingVersions: z.boolean().describe('Leaves the versions in package.json alone.').default(true),
    updatePackageScripts: z
      .boolean()
      .describe(`Has no effect: no package.json script belongs to ${thing}.`)
      .default(false),
  };
}

/** The option of the plugins that build for platforms. */
export const initPlatforms = z
  .array(z.enum(platformNames))
  .min(1)
  .describe(
    'The platforms to build for; linux/amd64 and linux/arm64 where the machine runs Linux, else its own.',
  )
  .optional();

/** Linux images are wanted for both architectures; on another system the binaries are the developer's own. */
export function defaultPlatforms(): Platform[] {
  const host = hostPlatform();
  return host.goos === 'linux' ? ['linux/amd64', 'linux/arm64'] : [host.platform];
}

export interface PluginEntry {
  readonly plugin: string;
  /** Of the entry in nx.json. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What the plugin's targets leave behind, for .gitignore. */
  readonly ignored?: readonly string[];
  readonly skipFormat: boolean;
}

/** Adds a plugin's entry to nx.json, and what it leaves behind to .gitignore; a second run changes nothing. */
export async function addPlugin(
  tree: Tree,
  { plugin, options, ignored = [], skipFormat }: PluginEntry,
): Promise<void> {
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
