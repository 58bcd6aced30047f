import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { packagesWithoutCgo } from '../../go-cli/skipped-packages.js';
import { EditedFiles } from '../../go-cli/edited-files.js';
import { keyOfSubject, runGo } from '../../go-cli/module.js';
import { nativeModuleSubject } from '../../go-cli/native-inputs.js';
import { commandArguments } from '../../go-cli/options.js';
import { writeRecord } from '../../go-cli/write-record.js';
import { inputsVariableOf } from '../../toolchain/task-variables.js';
import { schema } from './schema.js';

/** Runs go vet on the packages of a Go module. */
export default function vet(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { inputsRecord, ...parsed } = parseTaskOptions(schema, options, '@millwright/go:vet', context);
    const variables = { CGO_ENABLED: parsed.cgo ? '1' : '0', ...parsed.env };
    const subject = await nativeModuleSubject(context, variables, parsed);
    for (const note of packagesWithoutCgo(subject.folder, parsed)) print(note);
    const editing = await EditedFiles.start(context, inputsVariableOf('vet', keyOfSubject(subject, context)));
    if (!(await runGo(subject, commandArguments('vet', parsed)))) return false;
    if (inputsRecord !== undefined) writeRecord(context.root, inputsRecord, await editing.record([], false));
    return true;
  });
}
