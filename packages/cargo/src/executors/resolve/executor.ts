import type { ExecutorContext } from '@nx/devkit';
import { useCompileCache, saveCompileCache } from '@millwright/toolkit/compile-cache';

// In a first build and after each change of a manifest, all builds wait for this process.
useCompileCache();

/** Writes a slice for each crate of the project's Cargo workspace and each target triple. */
export default async function resolve(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { writeSlices } = await import('./write-slices.js');
  const result = await writeSlices(options, context);
  saveCompileCache();
  return result;
}
