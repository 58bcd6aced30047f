import type { ExecutorContext } from '@nx/devkit';
import { formatFindings, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { choicesFor } from './build-choices.js';
import { diagnose } from './diagnose.js';
import { schema } from './schema.js';

/** Checks everything that a build of the crate requires, without building. */
export default function doctor(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { triples } = parseTaskOptions(schema, options, '@millwright/cargo:doctor', context);
    const project = context.projectsConfigurations.projects[context.projectName ?? ''];
    const findings = await diagnose(context.root, project?.root ?? '.', triples, (triple) =>
      choicesFor(triple, project?.targets ?? {}),
    );
    print(formatFindings(findings));
    return findings.every(({ state }) => state !== 'missing');
  });
}
