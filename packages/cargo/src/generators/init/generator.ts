import { formatFiles, readNxJson, type Tree, updateNxJson } from '@nx/devkit';
import { hostPlatform, parseOptions, type Platform, withIgnored } from '@millwright/toolkit';
import { schema } from './schema.js';

const plugin = '@millwright/cargo';

/** Adds the plugin's entry to nx.json, and what builds leave behind to .gitignore; a second run changes nothing. */
export default async function init(tree: Tree, options: unknown): Promise<void> {
  const { platforms, skipFormat } = parseOptions(schema, options, `${plugin}:init`);
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  const isOurs = (entry: (typeof plugins)[number]) =>
    (typeof entry === 'string' ? entry : entry.plugin) === plugin;
  if (!plugins.some(isOurs)) {
    const entry = { plugin, options: { platforms: platforms ?? defaultPlatforms() } };
    updateNxJson(tree, { ...nxJson, plugins: [...plugins, entry] });
  }
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const ignored = withIgnored(text, ['/artifacts/', 'target/', '.nx/cache', '.nx/workspace-data']);
  if (ignored !== text) tree.write('.gitignore', ignored);
  if (!skipFormat) await formatFiles(tree);
}

/** Linux images are wanted for both architectures; on another system the binaries are the developer's own. */
function defaultPlatforms(): Platform[] {
  const host = hostPlatform();
  return host.goos === 'linux' ? ['linux/amd64', 'linux/arm64'] : [host.platform];
}
