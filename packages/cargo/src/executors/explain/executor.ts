import type { ExecutorContext } from '@nx/devkit';
import { explain } from '@millwright/toolkit/explain';
import { explainedPlugin } from '../../explain/explained-plugin.js';

/** Says what a task of a crate is hashed from, and what differs from its last result. */
export default function explainTask(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return explain(options, context, explainedPlugin);
}
