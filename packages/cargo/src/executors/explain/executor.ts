import type { ExecutorContext } from '@nx/devkit';
import { explain } from '@millwright/toolkit/explain';
import { explainedPlugin } from '../../explain/explained-plugin.js';

/** Prints the hash inputs of a crate's task, and their changes since its last result. */
export default function explainTask(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return explain(options, context, explainedPlugin);
}
