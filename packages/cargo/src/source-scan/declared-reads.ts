/** Inputs of a crate that are declared in its manifest or in a millwright.toml. */

import { posix } from 'node:path';
import { manifestOf } from '../manifests/manifest.js';
import type { Crate } from '../manifests/model.js';
import { asStrings } from '../manifests/toml.js';
import type { ReadPlace } from './crate-reads.js';

export interface DeclaredReads {
  /** Files and folders that its build reads, relative to the crate. */
  readonly inputs?: readonly string[] | undefined;
  readonly env?: readonly string[] | undefined;
}

/**
 * Returns the inputs declared in the manifest's `[package.metadata.millwright]` or in a millwright.toml, for reads that
 * cannot be found in sources.
 */
export function declaredInputsOf(
  { root, metadata }: Crate,
  vendored: DeclaredReads | undefined,
): [string, ReadPlace][] {
  const place: ReadPlace = { file: manifestOf(root), line: 1, by: 'metadata.millwright' };
  return [...asStrings(metadata?.inputs), ...(vendored?.inputs ?? [])].map((path) => [
    posix.isAbsolute(path) ? path : posix.join(root, path),
    place,
  ]);
}
