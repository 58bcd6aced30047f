import { relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  namesInDotEnv,
  parseTaskOptions,
  print,
  runExecutor,
  type UndeclaredName,
} from '@millwright/toolkit';
import { inputsVariableOf } from '../../toolchain/task-variables.js';
import { declaredInputs } from '../../go-cli/declared-inputs.js';
import { EditedFiles } from '../../go-cli/edited-files.js';
import { packagesWithoutCgo } from '../../go-cli/skipped-packages.js';
import { keyOfSubject, runGo } from '../../go-cli/module.js';
import { nativeModuleSubject } from '../../go-cli/native-inputs.js';
import { commandArguments } from '../../go-cli/options.js';
import { writeRecord } from '../../go-cli/write-record.js';
import { schema } from './schema.js';
import { TestLogs } from './test-log.js';
import { undeclaredReads } from './undeclared.js';

/** Runs the tests of a Go module, and records their undeclared inputs. */
export default function test(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { race, inputsRecord, ...parsed } = parseTaskOptions(
      schema,
      options,
      '@millwright/go:test',
      context,
    );
    const cgo = parsed.cgo || race;
    const variables = { CGO_ENABLED: cgo ? '1' : '0', ...parsed.env };
    const subject = await nativeModuleSubject(context, variables, { ...parsed, cgo });
    for (const note of packagesWithoutCgo(subject.folder, { ...parsed, cgo })) print(note);
    const args = [...(race ? ['-race'] : []), ...parsed.args];
    const run = (more: readonly string[]) =>
      runGo(subject, commandArguments('test', { ...parsed, args: [...more, ...args] }));
    if (inputsRecord === undefined) return run([]);
    const editing = await EditedFiles.start(
      context,
      inputsVariableOf('test', keyOfSubject(subject, context)),
    );
    const record = async (inputs: readonly UndeclaredName[]) => {
      writeRecord(context.root, inputsRecord, await editing.record(inputs, true));
      return true;
    };
    if (!canLog(args)) {
      print(
        'note: the files that the tests read are unknown, because another program starts the test binaries',
      );
      return (await run([])) && (await record([]));
    }
    const started = Date.now();
    const logs = await TestLogs.create();
    try {
      if (!(await run([logs.argument]))) return false;
      const inputs = await undeclaredReads(await logs.read(), {
        workspaceRoot: context.root,
        folder: subject.folder,
        declared: declaredInputs(context.target?.inputs, relative(context.root, subject.folder) || '.'),
        set: new Set([...Object.keys(parsed.env), ...namesInDotEnv([context.root, subject.folder])]),
        started,
        env: process.env,
      });
      return await record(inputs);
    } finally {
      await logs.remove();
    }
  });
}

/**
 * Returns true if test binaries can be started through our script. The user may already use another program
 * for that.
 */
function canLog(args: readonly string[]): boolean {
  const flags = [...args, ...(process.env.GOFLAGS ?? '').split(/\s+/)];
  return process.platform !== 'win32' && !flags.some((flag) => /^--?(exec|c)(=|$)/.test(flag));
}
