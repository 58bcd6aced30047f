import { posix } from 'node:path';
import type { CreateNodesContext, CreateNodesResultArray, RawProjectGraphDependency } from '@nx/devkit';
import {
  diskFiles,
  invalidFilesWarning,
  MillwrightError,
  parseOptions,
  parsePluginOptions,
  reportGraph,
} from '@millwright/toolkit';
import { parse } from 'smol-toml';
import { ociError } from '../errors.js';
import { type ImageSettings, pluginOptions, projectImage } from '../options.js';
import { imageFolder, imageTargets } from './targets.js';

const plugin = '@millwright/oci';

/**
 * Infers the targets of images, for projects that the other plugins infer.
 * @param paths all files that name projects, relative to the workspace
 * @throws MillwrightError OPTION_INVALID for the plugin's own options; errors in single files are reported, not thrown
 */
export async function inferProjects(
  paths: readonly string[],
  options: unknown,
  { workspaceRoot }: CreateNodesContext,
): Promise<CreateNodesResultArray> {
  const { images } = parsePluginOptions(pluginOptions, options, plugin);
  const results: CreateNodesResultArray = [];
  const errors = new Map<string, MillwrightError>();
  const disk = diskFiles(workspaceRoot);
  /** The projects by the folders of their images. */
  const roots = new Map<string, string>();
  const own = new Map(
    Object.entries(images).map(([root, image]) => [posix.normalize(root).replace(/\/$/, ''), image]),
  );
  for (const path of [...paths].sort()) {
    const root = posix.dirname(path);
    try {
      const inOptions = own.get(root);
      const image =
        inOptions ?? (posix.basename(path) === 'Cargo.toml' ? imageOf(path, disk.read(path)) : undefined);
      if (image === undefined) continue;
      // A project can have several of the files.
      if (inOptions !== undefined) own.delete(root);
      const folder = imageFolder(image.name);
      const other = roots.get(folder);
      if (other !== undefined && other !== root) throw sameFolder(root, path, other, folder);
      roots.set(folder, root);
      results.push([path, { projects: { [root]: { root, targets: imageTargets(image) } } }]);
    } catch (error) {
      if (!(error instanceof MillwrightError)) throw error;
      errors.set(path, error);
    }
  }
  for (const [root] of own) errors.set(`nx.json: ${root}`, unknownProject(root));
  await reportGraph(workspaceRoot, plugin, { warnings: invalidFilesWarning(plugin, [...errors]), notes: [] });
  return results;
}

/** Returns no edges: an image belongs to the project that builds its binaries. */
export function inferDependencies(): RawProjectGraphDependency[] {
  return [];
}

function unknownProject(root: string): MillwrightError {
  return ociError('OPTION_INVALID', {
    what: `the image of ${root} was ignored`,
    location: { file: 'nx.json' },
    why: `there is no project in the folder ${root}`,
    remedy: `correct the folder in \`images\` of ${plugin}`,
  });
}

function sameFolder(root: string, file: string, other: string, folder: string): MillwrightError {
  return ociError('OPTION_INVALID', {
    what: `the image of ${root} was ignored`,
    location: { file },
    why: `the image of ${other} is also written to ${folder}, which is named after the image without its registry`,
    remedy: 'give the images different names',
  });
}

/**
 * Returns the image that a Cargo.toml describes.
 * @returns undefined if it describes none, or is not valid TOML, which the plugin of crates reports
 * @throws MillwrightError OPTION_INVALID
 */
export function imageOf(path: string, text: string | undefined): ImageSettings | undefined {
  if (text?.includes('millwright') !== true) return undefined;
  const image = tableIn(text, ['package', 'metadata', 'millwright', 'image']);
  if (image === undefined) return undefined;
  return parseOptions(projectImage, image, '[package.metadata.millwright.image]', { file: path });
}

function tableIn(text: string, keys: readonly string[]): unknown {
  try {
    return keys.reduce<unknown>(
      (table, key) =>
        typeof table === 'object' && table !== null && Object.hasOwn(table, key)
          ? (table as Readonly<Record<string, unknown>>)[key]
          : undefined,
      parse(text),
    );
  } catch {
    return undefined;
  }
}
