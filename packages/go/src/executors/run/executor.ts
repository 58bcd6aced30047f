import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  argumentsFor,
  hostPlatform,
  ownOptions,
  parseTaskOptions,
  run,
  runExecutor,
  temporaryFolder,
} from '@millwright/toolkit';
import { platformVariables } from '../build/arguments.js';
import { programsFor } from '../build/programs.js';
import { runGo } from '../../go-cli/module.js';
import { nativeModuleSubject } from '../../go-cli/native-inputs.js';
import { tagArguments } from '../../go-cli/options.js';
import { chooseProgram } from './choose-program.js';
import { schema } from './schema.js';

const optionNames = Object.keys(schema.shape);

/**
 * Builds a program for the host and runs it in the workspace's folder, attached to the terminal. Passes on
 * all arguments that are not options of the executor.
 */
export default function runProgram(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const own = ownOptions(options, optionNames, context, process.env);
    const { packages, program, ...parsed } = parseTaskOptions(schema, own, '@millwright/go:run', context);
    const name = chooseProgram(Object.keys(packages), program);
    const host = hostPlatform();
    const variables = { ...platformVariables(host, parsed.cgo), ...parsed.env };
    const subject = await nativeModuleSubject(context, variables, parsed);
    const selected = { packages: { [name]: packages[name] ?? '.' }, leftOut: {}, ...parsed };
    const path = programsFor(selected, subject.folder, host, context.root)[0]?.[1] ?? '.';
    const stage = temporaryFolder('go-run');
    try {
      const file = join(stage, host.goos === 'windows' ? `${name}.exe` : name);
      await runGo(subject, ['build', ...tagArguments(parsed.tags), '-o', file, path]);
      const args = [...parsed.args, ...argumentsFor(parsed.__unparsed__, optionNames, process.env)];
      const result = await run(file, args, { cwd: context.root, env: parsed.env, interactive: true });
      return result.exitCode === 0;
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  });
}
