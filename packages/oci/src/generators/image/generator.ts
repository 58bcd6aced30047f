import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { formatFiles, logger, readNxJson, type Tree, updateNxJson } from '@nx/devkit';
import { nxRun, parseOptions, repositoryAbove, runGit } from '@millwright/toolkit';
import { lockName } from '../../base/lock.js';
import { findProject, withFormattedErrors } from '../found-project.js';
import { defaultImage } from './default-image.js';
import { schema } from './schema.js';
import { withImage, withImageTable } from './written-image.js';

const plugin = '@millwright/oci';

/** Describes an image of a project: in the Cargo.toml of a crate, otherwise in nx.json. */
export default function image(tree: Tree, options: unknown): Promise<void> {
  return withFormattedErrors(tree, async () => {
    const { project: name, skipFormat, ...choices } = parseOptions(schema, options, `${plugin}:image`);
    const project = findProject(name);
    const manifest = posix.join(project.root, 'Cargo.toml');
    const text = tree.read(manifest, 'utf8');
    const image = defaultImage(
      project,
      { name: choices.name, base: choices.base },
      await originOf(tree.root),
      text !== null,
    );
    if (text === null) updateNxJson(tree, withImage(readNxJson(tree) ?? {}, plugin, project.root, image));
    else tree.write(manifest, withImageTable(text, manifest, image));
    if (!skipFormat) await formatFiles(tree);
    const { base = 'scratch' } = image;
    if (base === 'scratch')
      logger.info(
        'The image has no CA certificates. If the program calls HTTPS servers, choose another base.',
      );
    else if (
      !existsSync(join(tree.root, lockName)) ||
      !(tree.read(lockName, 'utf8') ?? '').includes(`"${base}"`)
    )
      logger.info(`Run "${nxRun(`${name}:oci-base-update`)}" to pin the base, and commit ${lockName}.`);
    if (!image.name.includes('/'))
      logger.info('Before you push the image, add a registry to its name: registry.example.com/team/app.');
    logger.info(`Run "${nxRun(`${name}:oci-image`)}" to build the image.`);
  });
}

async function originOf(root: string): Promise<string | undefined> {
  const repository = repositoryAbove(root);
  if (repository === undefined) return undefined;
  const { exitCode, stdout } = await runGit(repository, ['config', '--get', 'remote.origin.url']);
  return exitCode === 0 ? stdout : undefined;
}
