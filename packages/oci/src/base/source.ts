import { writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { cacheFolder, readRegularFile } from '@millwright/toolkit';
import { ociError } from '../errors.js';
import type { Descriptor } from '../layout/descriptor.js';
import {
  addBlob,
  blobPath,
  documentLimit,
  hasBlob,
  imageInLayout,
  readDocument,
} from '../layout/oci-layout.js';
import { parseReference } from '../layout/reference.js';
import { openRepository, type RegistryOptions } from '../registry/open.js';

/** Where a base comes from. Blobs are kept in the user's cache. */
export interface BaseSource {
  /** Returns what the name means now. */
  readonly resolve: () => Promise<Descriptor>;
  /** Returns the text of a manifest or configuration, whose digest is checked. */
  readonly document: (descriptor: Descriptor) => Promise<string>;
  /** Returns the path of a blob whose digest was checked. */
  readonly blob: (descriptor: Descriptor) => Promise<string>;
}

/** The folder of the blobs of bases, shared by all workspaces of the user. It has the form of an OCI layout. */
function blobCache(): string {
  return join(cacheFolder(), 'images');
}

const layoutPrefix = 'oci:';

/**
 * Returns the source of a base.
 * @param name in a registry, or `oci:` with the path of an OCI layout and a tag
 * @throws MillwrightError IMAGE_NAME_INVALID, OPTION_INVALID
 */
export function baseSource(name: string, workspaceRoot: string, options: RegistryOptions): BaseSource {
  return name.startsWith(layoutPrefix)
    ? layoutSource(name.slice(layoutPrefix.length), workspaceRoot)
    : registrySource(name, workspaceRoot, options);
}

function layoutSource(name: string, workspaceRoot: string): BaseSource {
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/') && colon > 0;
  const path = hasTag ? name.slice(0, colon) : name;
  const layout = isAbsolute(path) ? path : join(workspaceRoot, path);
  return {
    resolve: () => Promise.resolve(imageInLayout(layout, hasTag ? name.slice(colon + 1) : undefined)),
    document: (descriptor) => Promise.resolve(readDocument(layout, descriptor)),
    blob: (descriptor) => {
      if (hasBlob(layout, descriptor)) return Promise.resolve(blobPath(layout, descriptor.digest));
      throw ociError('IMAGE_MISSING_FROM_LAYOUT', {
        what: `a layer of the image is missing from ${layout}`,
        why: `the blob ${descriptor.digest} with ${descriptor.size} bytes is missing`,
      });
    },
  };
}

function registrySource(name: string, workspaceRoot: string, options: RegistryOptions): BaseSource {
  const reference = parseReference(name);
  const repository = openRepository(reference, 'pull', options, workspaceRoot);
  const cache = blobCache();
  const missing = (what: string) =>
    ociError('IMAGE_BASE_MISSING', {
      what: `${name} cannot be used as a base`,
      why: `the registry has no ${what}`,
    });
  return {
    resolve: async () => {
      const found = await repository.resolve(reference.digest ?? reference.tag ?? 'latest');
      if (found === undefined) throw missing('such image');
      return found;
    },
    document: async (descriptor) => {
      const kept = readRegularFile(blobPath(cache, descriptor.digest), { limit: documentLimit }).bytes;
      if (kept !== undefined) return readDocument(cache, descriptor);
      if (!descriptor.mediaType.includes('config')) {
        const manifest = await repository.manifest(descriptor.digest);
        if (manifest === undefined) throw missing(`manifest ${descriptor.digest}`);
        await keep(cache, descriptor.digest, (path) => writeFile(path, manifest.text));
        return manifest.text;
      }
      await keep(cache, descriptor.digest, (path) => repository.pullBlob(descriptor, path));
      return readDocument(cache, descriptor);
    },
    blob: async (descriptor) => {
      if (!hasBlob(cache, descriptor))
        await keep(cache, descriptor.digest, (path) => repository.pullBlob(descriptor, path));
      return blobPath(cache, descriptor.digest);
    },
  };
}

async function keep(cache: string, digest: string, write: (path: string) => Promise<void>): Promise<void> {
  await addBlob(cache, async (temporary) => {
    await write(temporary);
    return { digest };
  });
}

/** Returns a function that finds the blobs of a base, which are not part of the layout of an image. */
export function baseBlobs(
  base: string,
  workspaceRoot: string,
  options: RegistryOptions,
): (descriptor: Descriptor) => Promise<string> {
  if (base !== 'scratch') return baseSource(base, workspaceRoot, options).blob;
  return ({ digest }) =>
    Promise.reject(
      ociError('IMAGE_INVALID', {
        what: 'the image is incomplete',
        why: `the folder of the image does not contain ${digest}`,
      }),
    );
}
