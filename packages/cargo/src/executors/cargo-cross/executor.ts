import type { ExecutorContext, TaskGraph, TaskResult } from '@nx/devkit';
import { useCompileCache, saveCompileCache } from '@millwright/toolkit/compile-cache';

// Nx starts a process per batch. Compiling its modules takes longer than everything else before cargo starts.
useCompileCache();

/** Builds one crate for one platform. */
export default async function cargoCross(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const { buildTask } = await import('./run/build-tasks.js');
  const result = await buildTask(options, context);
  saveCompileCache();
  return result;
}

/** Builds all crates and platforms of a run together; yields each result when its artifacts are placed. */
export async function* cargoCrossBatch(
  taskGraph: TaskGraph,
  inputs: Readonly<Record<string, unknown>>,
  overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<{ task: string; result: TaskResult }> {
  const { buildTasks } = await import('./run/build-tasks.js');
  const results = buildTasks(taskGraph, inputs, overrides, context);
  for (let next = await results.next(); !next.done; next = await results.next()) yield next.value;
  saveCompileCache();
}
