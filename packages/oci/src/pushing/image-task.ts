import { join, posix } from 'node:path';
import type { ExecutorContext, ProjectConfiguration } from '@nx/devkit';
import { sideFilesOf } from '@millwright/artifacts';
import { readText } from '@millwright/toolkit';
import { z } from 'zod';
import { binariesOf } from '../building/binaries.js';
import { ociError } from '../errors.js';
import { type ImageTree, imageInLayout, imageTree } from '../layout/oci-layout.js';
import { expandTag, parseReference, type Reference, type TagValues } from '../layout/reference.js';
import { imageSettings } from '../options.js';
import { registryOptions } from '../registry/open.js';

/** The options of executors that use a built image. */
export const imageTaskOptions = {
  ...imageSettings,
  ...registryOptions,
  outputPath: z
    .string()
    .min(1)
    .describe(
      'The folder for the image, which must contain nothing else; relative to the workspace; set by the plugin.',
    ),
};

export type ImageTaskOptions = z.output<z.ZodObject<typeof imageTaskOptions>>;

/** A built image and where it goes. */
export interface ImageTask {
  readonly workspaceRoot: string;
  /** The absolute path of the OCI layout. */
  readonly layout: string;
  readonly image: ImageTree;
  readonly project: Pick<ProjectConfiguration, 'name' | 'targets'>;
  readonly reference: Reference;
  readonly tags: readonly string[];
}

/**
 * Returns the image that a project has built.
 * @throws MillwrightError OPTION_INVALID, IMAGE_MISSING_FROM_LAYOUT, IMAGE_INVALID, IMAGE_NAME_INVALID, IMAGE_TAG_INVALID
 */
export function imageTask(options: ImageTaskOptions, context: ExecutorContext): ImageTask {
  const { root: workspaceRoot, projectName = '', configurationName = 'release' } = context;
  const reference = parseReference(options.name);
  if (reference.tag !== undefined || reference.digest !== undefined)
    throw ociError('IMAGE_NAME_INVALID', {
      what: `${options.name} cannot be the name of the image`,
      why: 'the name contains a tag or digest; set tags with the option `tags`',
    });
  const project = { ...context.projectsConfigurations.projects[projectName], name: projectName };
  const [platform = 'linux/amd64'] = options.platforms;
  const [first] = binariesOf(options, platform, project, configurationName);
  const values =
    first === undefined ? { version: undefined, sha: undefined } : tagValues(join(workspaceRoot, first.path));
  const layout = join(workspaceRoot, posix.normalize(options.outputPath));
  return {
    workspaceRoot,
    project,
    layout,
    image: imageTree(layout, imageInLayout(layout)),
    reference,
    tags: [...new Set(options.tags.map((template) => expandTag(template, values)))],
  };
}

const versionFile = z.looseObject({ version: z.string().optional(), revision: z.string().optional() });

/** Returns the version and the commit of an artifact, from the file beside it. */
function tagValues(artifact: string): TagValues {
  try {
    const { version, revision } = versionFile.parse(
      JSON.parse(readText(sideFilesOf(artifact).version) ?? '{}'),
    );
    return { version, sha: revision };
  } catch {
    return { version: undefined, sha: undefined };
  }
}
