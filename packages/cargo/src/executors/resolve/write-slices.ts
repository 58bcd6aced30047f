import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  checkWithinWorkspace,
  DigestCache,
  diskFiles,
  hostPlatform,
  parseTaskOptions,
  printError,
  temporaryBeside,
  tripleOf,
} from '@millwright/toolkit';
import { parseLockfile } from '../../manifests/lockfile.js';
import { type CargoRepository, readRepository } from '../../manifests/repository.js';
import { createSlicer, type SliceInput } from '../../resolution/slice/slice.js';
import { sliceFile } from '../../inference/resolve-target.js';
import { parseToml, type TomlTable } from '../../manifests/toml.js';
import { lockedPackages } from '../../preflight/locked-packages.js';
import { nativeIdentities } from '../../preflight/native-identity.js';
import { schema } from './schema.js';

/** Writes a slice for each crate of the project's Cargo workspace and each target triple. */
export async function writeSlices(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const { triples, profile, outputPath } = parseTaskOptions(
      schema,
      options,
      '@millwright/cargo:resolve',
      context,
    );
    const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
    const files = diskFiles(context.root);
    const manifests = Object.values(context.projectsConfigurations.projects).map(({ root: folder }) =>
      join(folder, 'Cargo.toml'),
    );
    const repository = readRepository(manifests.filter(files.exists), files);
    const input = sliceInput(root, repository, files.read);
    if (!input) return { success: true };
    const slice = createSlicer({
      ...input,
      native: await identitiesByTriple(join(context.root, root), triples),
    });
    const target = join(context.root, outputPath);
    checkWithinWorkspace(context.root, join(outputPath, 'file'));
    await mkdir(dirname(target), { recursive: true });
    const temporary = temporaryBeside(target);
    await mkdir(temporary);
    for (const crate of input.workspace.crates) {
      for (const triple of triples) {
        for (const choice of ['default', 'all'] as const) {
          const features = { features: [], defaultFeatures: true, allFeatures: choice === 'all' };
          const text = JSON.stringify(slice({ crate, target: triple, profile, features }));
          await writeFile(join(temporary, sliceFile(crate.root, triple, choice)), `${text}\n`);
        }
      }
    }
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
    return { success: true };
  } catch (error) {
    printError(error);
    return { success: false };
  }
}

/** Returns identities of native libraries by triple and package. @param folder the Cargo workspace's folder, absolute */
async function identitiesByTriple(
  folder: string,
  triples: readonly string[],
): Promise<Map<string, ReadonlyMap<string, string>>> {
  const cache = new DigestCache();
  const names = lockedPackages(folder);
  const native = new Map<string, ReadonlyMap<string, string>>();
  for (const triple of triples) {
    native.set(triple, await nativeIdentities(names, triple, process.env, cache));
  }
  cache.save();
  return native;
}

function sliceInput(
  root: string,
  repository: CargoRepository,
  read: (path: string) => string | undefined,
): SliceInput | undefined {
  const workspace = repository.workspaces.find((candidate) => candidate.root === root);
  if (!workspace) return undefined;
  const at = (path: string) => (root === '.' ? path : `${root}/${path}`);
  const lock = read(at('Cargo.lock'));
  return {
    workspace,
    crates: repository.crates,
    manifests: repository.manifests,
    lockfile: lock === undefined ? undefined : parseLockfile(lock, at('Cargo.lock')),
    configs: configsAbove(root, read),
    host: tripleOf(hostPlatform().platform),
    toolchain: '',
  };
}

/** Reads the configuration files in a folder and each folder above it in the repository, nearest first. */
function configsAbove(root: string, read: (path: string) => string | undefined): Map<string, TomlTable> {
  const configs = new Map<string, TomlTable>();
  for (let folder = root; ; folder = join(folder, '..')) {
    for (const name of ['.cargo/config', '.cargo/config.toml']) {
      const path = join(folder, name);
      const text = read(path);
      if (text !== undefined) configs.set(path, parseToml(text));
    }
    if (folder === '.') return configs;
  }
}
