import { posix } from 'node:path';
import { logger, type Tree } from '@nx/devkit';
import { checkWithinWorkspace, parseOptions } from '@millwright/toolkit';
import { ociError } from '../../errors.js';
import { type ImageSettings, projectImage } from '../../options.js';
import { findProject, type FoundProject, withFormattedErrors } from '../found-project.js';
import { defaultImage } from '../image/default-image.js';
import { dockerfileOf } from './dockerfile.js';
import { schema } from './schema.js';

/** Writes a Dockerfile for a project, with the settings of its image if it has one. */
export default function dockerfile(tree: Tree, options: unknown): Promise<void> {
  return withFormattedErrors(tree, () => {
    const parsed = parseOptions(schema, options, '@millwright/oci:dockerfile');
    const project = findProject(parsed.project);
    const file = posix.normalize(parsed.file ?? posix.join(project.root, 'Dockerfile'));
    checkWithinWorkspace(tree.root, file);
    const { dockerfile: text, dockerignore } = dockerfileOf(settingsOf(project), project, file);
    const written = { [file]: text, [`${file}.dockerignore`]: dockerignore };
    const existing = Object.keys(written).find((path) => tree.exists(path));
    if (existing !== undefined)
      throw ociError('OPTION_INVALID', {
        what: `no Dockerfile was written for ${project.name}`,
        why: `${existing} exists`,
        remedy: 'choose another path with --file, or remove the file',
      });
    for (const [path, content] of Object.entries(written)) tree.write(path, content);
    logger.info(`The first lines of ${file} say how to build the image.`);
    return Promise.resolve();
  });
}

/** Returns the settings of the image that a project has, otherwise sensible ones. */
function settingsOf(project: FoundProject): ImageSettings {
  const options = project.targets['oci-image']?.options as Readonly<Record<string, unknown>> | undefined;
  if (options === undefined)
    return projectImage.parse(defaultImage(project, { name: undefined, base: undefined }, undefined, false));
  return projectImage.loose().parse(options);
}
