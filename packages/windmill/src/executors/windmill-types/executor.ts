import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  checkWithinWorkspace,
  formatCount,
  parseTaskOptions,
  print,
  runExecutor,
  writeFileAtomically,
} from '@millwright/toolkit';
import { windmillError } from '../../errors.js';
import { generateTypes } from '../../script-types/generate.js';
import { readWorkspace } from '../../workspace/read-workspace.js';
import { schema } from './schema.js';

/** Writes the types of the scripts in a folder. */
export default function windmillTypes(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { folder, output, strict } = parseTaskOptions(
      schema,
      options,
      '@millwright/windmill:windmill-types',
      context,
    );
    const project = context.projectsConfigurations.projects[context.projectName ?? ''];
    const place = folder ?? project?.root ?? '.';
    checkWithinWorkspace(context.root, output);
    if (!existsSync(join(context.root, place))) {
      throw windmillError('OPTION_INVALID', {
        what: `there is no folder ${place}`,
        why: 'the option `folder` names it',
        remedy: 'set `folder` to the folder that contains `f/`',
      });
    }
    const { scripts, ignored } = readWorkspace(join(context.root, place));
    const { text, warnings, count } = generateTypes(scripts);
    for (const warning of [...ignored, ...warnings]) print(`warning: ${warning}`);
    if (strict && warnings.length > 0) {
      throw windmillError('SCRIPT_SCHEMA_STALE', {
        what: `${formatCount(warnings.length, 'schema')} in ${place} differ from the code`,
        why: warnings.join('\n'),
      });
    }
    writeFileAtomically(join(context.root, output), text);
    print(`${output}: ${formatCount(count, 'script')}`);
    return Promise.resolve(true);
  });
}
