import type { ExecutorContext } from '@nx/devkit';
import { saveCompileCache, useCompileCache } from '@millwright/toolkit/compile-cache';

// Most of the time of this process goes into loading modules.
useCompileCache();

/** Writes the SBOM of each artifact of a project. */
export default async function sbom(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { writeSboms } = await import('./write-sboms.js');
  const result = await writeSboms(options, context);
  saveCompileCache();
  return result;
}
