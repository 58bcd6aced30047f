import { isDeepStrictEqual } from 'node:util';
import type { NxJsonConfiguration } from '@nx/devkit';
import { parse, stringify } from 'smol-toml';
import { ociError } from '../../errors.js';
import type { WrittenImage } from './default-image.js';

const header = 'package.metadata.millwright.image';

/**
 * Adds an image to a Cargo.toml, whose other lines stay as they are.
 * @param path of the Cargo.toml, for messages
 * @throws MillwrightError OPTION_INVALID if it has an image, or cannot be extended
 */
export function withImageTable(text: string, path: string, image: WrittenImage): string {
  const invalid = (why: string, remedy: string) =>
    ociError('OPTION_INVALID', {
      what: `no image was added to ${path}`,
      why,
      remedy,
      location: { file: path },
    });
  if (imageIn(text) !== undefined)
    throw invalid(
      `it has the table [${header}] already`,
      'change that table, or remove it and run the command again',
    );
  const added = `${text.trimEnd()}\n\n[${header}]\n${stringify(image).trimEnd()}\n`;
  // The tables above it may be written inline, and then cannot be extended.
  if (!isDeepStrictEqual(imageIn(added), parse(stringify(image))))
    throw invalid(
      'TOML does not allow another table there, because the file is invalid or one above it is written inline',
      `write \`metadata\` as the table [package.metadata], or correct the file`,
    );
  return added;
}

function imageIn(text: string): unknown {
  try {
    return header
      .split('.')
      .reduce<unknown>(
        (table, key) => (table as Readonly<Record<string, unknown>> | undefined)?.[key],
        parse(text),
      );
  } catch {
    return undefined;
  }
}

interface PluginEntry {
  readonly plugin: string;
  readonly options?: { readonly images?: Readonly<Record<string, unknown>> };
}

/**
 * Adds the image of the project in a folder to the options of the plugin, which is added if it is missing.
 * @throws MillwrightError OPTION_INVALID if the folder has an image
 */
export function withImage(
  nxJson: NxJsonConfiguration,
  plugin: string,
  root: string,
  image: WrittenImage,
): NxJsonConfiguration {
  const entries = (nxJson.plugins ?? []).map((entry) =>
    typeof entry === 'string' ? { plugin: entry } : (entry as PluginEntry),
  );
  const entry = entries.find((one) => one.plugin === plugin) ?? { plugin };
  const images = entry.options?.images ?? {};
  if (Object.hasOwn(images, root))
    throw ociError('OPTION_INVALID', {
      what: `no image was added for ${root}`,
      why: 'nx.json has one for this folder already',
      remedy: `change \`images\` of ${plugin} in nx.json`,
    });
  const changed = { ...entry, options: { ...entry.options, images: { ...images, [root]: image } } };
  const before = nxJson.plugins ?? [];
  const isThere = entries.some((one) => one.plugin === plugin);
  const plugins = isThere
    ? before.map((one, at) => (entries[at] === entry ? changed : one))
    : [...before, changed];
  return { ...nxJson, plugins };
}
