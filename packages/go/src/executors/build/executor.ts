import type { ExecutorContext } from '@nx/devkit';
import { print, runExecutor } from '@millwright/toolkit';
import { EditedFiles } from '../../go-cli/edited-files.js';
import { keyOfSubject, moduleFolder } from '../../go-cli/module.js';
import { inputsVariableOf } from '../../toolchain/task-variables.js';
import { buildPrograms } from './build-programs.js';
import { readTask } from './task.js';
import { stampInputs } from './vcs-stamp.js';

/** Builds the programs of a Go module for one platform. */
export default function build(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const task = readTask(options, context);
    if ('skipped' in task) {
      print(task.skipped);
      return true;
    }
    const { options: parsed, platform } = task;
    const { root, projectName = '', targetName = '', configurationName, projectsConfigurations } = context;
    const place = {
      root,
      folder: moduleFolder(context),
      project: projectName,
      isProject: (name: string) => name in projectsConfigurations.projects,
      task: [projectName, targetName, configurationName].filter((part) => part !== undefined).join(':'),
    };
    await buildPrograms(parsed, platform, place, async (subject) => {
      const variable = inputsVariableOf(`build ${platform.platform}`, keyOfSubject(subject, context));
      const editing = await EditedFiles.start(context, variable);
      return () => editing.record(stampInputs(parsed.args, subject.folder, root), false);
    });
    return true;
  });
}
