import { join } from 'node:path';
import { readRegularFile, writeFileAtomically } from '@millwright/toolkit/core';
import { z } from 'zod';
import { ociError } from '../errors.js';
import { descriptorSchema, type Descriptor } from '../layout/descriptor.js';

/** The digests of base images, relative to the workspace. Meant to be committed. */
export const lockName = 'millwright.images.lock';

const lockSchema = z.strictObject({
  version: z.literal(1),
  images: z.record(
    z.string(),
    z.strictObject({
      mediaType: z.string(),
      digest: descriptorSchema.shape.digest,
      size: z.int().nonnegative(),
    }),
  ),
});

/** Base images by their names as users write them. */
export type BaseLock = ReadonlyMap<string, Descriptor>;

/**
 * Reads the lock. Empty if there is none.
 * @throws MillwrightError IMAGE_LOCK_INVALID
 */
export function readLock(workspaceRoot: string): BaseLock {
  const { bytes, failure } = readRegularFile(join(workspaceRoot, lockName), { limit: 4 << 20 });
  if (failure?.kind === 'missing') return new Map();
  const invalid = (why: string) => ociError('IMAGE_LOCK_INVALID', { what: `cannot read ${lockName}`, why });
  if (bytes === undefined) throw invalid(failure.why);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    throw invalid('the file is not valid JSON; a merge may have left conflict markers');
  }
  const parsed = lockSchema.safeParse(json);
  if (parsed.success) return new Map(Object.entries(parsed.data.images));
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Writes the lock in the order of names, so that a change of one image changes one place. */
export function writeLock(workspaceRoot: string, lock: BaseLock): void {
  const images = Object.fromEntries(
    [...lock]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, { mediaType, digest, size }]) => [name, { mediaType, digest, size }]),
  );
  writeFileAtomically(join(workspaceRoot, lockName), `${JSON.stringify({ version: 1, images }, null, 2)}\n`);
}
