import { isAbsolute, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MillwrightError, print, readRegularFile } from '@millwright/toolkit';
import { z } from 'zod';
import { ociError } from '../errors.js';
import type { Reference } from '../layout/reference.js';
import { findCredential } from './credentials.js';
import { sender } from './http.js';
import { Repository } from './repository.js';
import { RegistrySession } from './session.js';

/** The options of every executor that talks to registries. */
export const registryOptions = {
  ca: z
    .string()
    .min(1)
    .describe('A file with the certificates (PEM) of the registry, relative to the workspace.')
    .meta({ example: 'certificates/registry.pem' })
    .optional(),
  plainHttp: z
    .boolean()
    .describe(
      'Also use plain HTTP for registries on other machines. Everyone on the network can then read and change the data.',
    )
    .default(false),
};

export interface RegistryOptions {
  readonly ca?: string | undefined;
  readonly plainHttp: boolean;
}

/**
 * Returns a repository with the credentials of this user.
 * @param alsoPull other repositories of the registry to mount blobs from
 * @throws MillwrightError OPTION_INVALID
 */
export function openRepository(
  reference: Pick<Reference, 'registry' | 'repository'>,
  actions: 'pull' | 'pull,push',
  { ca, plainHttp }: RegistryOptions,
  workspaceRoot: string,
  alsoPull: readonly string[] = [],
): Repository {
  const session = new RegistrySession(
    reference,
    actions,
    {
      send: sender(ca === undefined ? undefined : certificates(workspaceRoot, ca), process.env),
      plainHttp,
      credential: (registry, repository) =>
        findCredential(registry, repository).catch((error: unknown) => {
          if (actions !== 'pull' || !(error instanceof MillwrightError)) throw error;
          // The image may be public.
          print(`${error.what}: ${error.why}; reading from ${registry} without a login`);
          return undefined;
        }),
      sleep: (milliseconds) => setTimeout(milliseconds),
      note: print,
    },
    alsoPull,
  );
  return new Repository(session);
}

function certificates(workspaceRoot: string, path: string): string {
  const { bytes, failure } = readRegularFile(isAbsolute(path) ? path : join(workspaceRoot, path), {
    limit: 1 << 20,
  });
  const why =
    failure?.why ??
    (bytes?.includes('-----BEGIN CERTIFICATE-----') === true
      ? undefined
      : 'the file contains no certificate in PEM format');
  if (bytes !== undefined && why === undefined) return bytes.toString();
  throw ociError('OPTION_INVALID', {
    what: `cannot read the certificates in ${path}, the file of the option \`ca\``,
    why: why ?? '',
  });
}
