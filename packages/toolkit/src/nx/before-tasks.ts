import type { PreTasksExecutionContext } from '@nx/devkit';
import { withCompleteMessage } from '../errors/format.js';
import { cachedProjects, rejectUnknownConfiguration } from './configurations.js';

/**
 * Runs a plugin's hook before all tasks, unless the command line names an unknown configuration.
 * @throws Error with the complete text of an error, because Nx prints only the message
 */
export async function beforeTasks(
  { workspaceRoot, argv }: Pick<PreTasksExecutionContext, 'workspaceRoot' | 'argv'>,
  hook: () => void | Promise<void>,
): Promise<void> {
  await withCompleteMessage(async () => {
    rejectUnknownConfiguration(argv, () => cachedProjects(workspaceRoot));
    await hook();
  });
}
