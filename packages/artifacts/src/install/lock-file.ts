import { readRegularFile } from '@millwright/toolkit/core';
import { z } from 'zod';
import { artifactError } from '../errors.js';

const lockFile = z.strictObject({
  version: z.literal(1),
  components: z.record(
    z.string(),
    z.strictObject({
      /** From the name of the archive; null if it contains none. */
      version: z.string().nullable(),
      /** The public key as one line of base64, or the trusted identity of keyless signatures. */
      signer: z.union([z.string(), z.strictObject({ identity: z.string(), issuer: z.string() })]),
      /** The SHA-256 of what was installed, by platform. */
      platforms: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** The installed components and their signers. */
export type LockFile = z.output<typeof lockFile>;

/**
 * Reads a lock file. Returns an empty one if it does not exist.
 * @throws MillwrightError INSTALL_LOCK_INVALID
 */
export function readLockFile(path: string): LockFile {
  const { bytes, failure } = readRegularFile(path);
  if (failure?.kind === 'missing') return { version: 1, components: {} };
  const invalid = (why: string) =>
    artifactError('INSTALL_LOCK_INVALID', { what: `the lock file ${path} is invalid`, why });
  if (bytes === undefined) throw invalid(failure.why);
  try {
    return lockFile.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw invalid(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
  }
}

/** Formats a lock file with sorted components and platforms. */
export function formatLockFile({ components }: LockFile): string {
  const sorted = <Value>(record: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
  const all = Object.entries(sorted(components)).map(([name, component]) => [
    name,
    { ...component, platforms: sorted(component.platforms) },
  ]);
  return `${JSON.stringify({ version: 1, components: Object.fromEntries(all) as object }, null, 2)}\n`;
}
