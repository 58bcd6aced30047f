import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readBuiltFile } from '@millwright/artifacts';
import { rejectionReason } from '@millwright/object-file';
import {
  hostPlatform,
  type MillwrightError,
  parseTaskOptions,
  platformInfo,
  print,
  run,
  runExecutor,
} from '@millwright/toolkit';
import type { z } from 'zod';
import { cargoError } from '../../errors.js';
import { untaggedSource } from '../../vendored/source-version.js';
import { schema } from './schema.js';
import { isNoVersion } from './version.js';

/** The time limit for a program to print its version, in milliseconds. */
const timeout = 30_000;

/** Checks the format of built binaries, and starts those for the host platform. */
export default function validate(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/cargo:validate', context);
    const folder = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
    const untagged = await untaggedSource(context.root, join(context.root, folder));
    const remedy = untagged && `${untagged.remedy}, and build again`;
    for (const file of parsed.files) print(await checkBinary(file, join(context.root, file), parsed, remedy));
    return true;
  });
}

/**
 * Checks a binary and returns a line that describes it.
 * @param file its path for messages
 * @param tagRemedy the command that fetches missing tags of the sources
 * @throws MillwrightError BINARY_INVALID, OBJECT_FILE_INVALID
 */
async function checkBinary(
  file: string,
  path: string,
  expected: z.output<typeof schema>,
  tagRemedy: string | undefined,
): Promise<string> {
  const invalid: ErrorFactory = (why, output, remedy) =>
    cargoError('BINARY_INVALID', {
      what: `${file} failed validation for ${expected.platform}`,
      why,
      ...(remedy === undefined ? {} : { remedy }),
      ...(output === undefined ? {} : { output }),
    });
  if (!existsSync(path)) throw invalid('the file does not exist');
  const { objectArchitecture, triples } = platformInfo(expected.platform);
  const format = expected.platform.startsWith('darwin/')
    ? 'mach-o'
    : expected.platform.startsWith('windows/')
      ? 'pe'
      : 'elf';
  const found = await readBuiltFile(path);
  const why = rejectionReason(found, {
    architecture: objectArchitecture,
    format,
    libc: format === 'elf' ? (expected.libc ?? (triples.gnu === undefined ? undefined : 'gnu')) : undefined,
    glibc: expected.glibc,
  });
  if (why !== undefined) throw invalid(why);
  const facts = [format, found.requiredGlibc === undefined ? 'no glibc' : `glibc ${found.requiredGlibc}`];
  if (expected.platform === hostPlatform().platform)
    facts.push(await checkOutput(path, expected, invalid, tagRemedy));
  return `${file}: ${facts.join(', ')}`;
}

type ErrorFactory = (why: string, output?: string, remedy?: string) => MillwrightError;

/** Starts a binary, checks its output and returns its first line. */
async function checkOutput(
  path: string,
  { args, prints }: z.output<typeof schema>,
  invalid: ErrorFactory,
  tagRemedy: string | undefined,
): Promise<string> {
  const { exitCode, signal, timedOut, stdout, stderr } = await run(path, args, { timeout });
  const output = `${stdout}${stderr}`;
  const command = args.join(' ');
  if (timedOut)
    throw invalid(`run with ${command}, it did not exit within ${timeout / 1000} seconds`, output);
  if (exitCode !== 0) {
    throw invalid(
      `run with ${command}, it ${signal === undefined ? `exited with status ${exitCode ?? 'unknown'}` : `was terminated by ${signal}`}`,
      output,
    );
  }
  const [first = ''] = output.trim().split('\n');
  if (prints !== undefined && !output.includes(prints))
    throw invalid(`run with ${command}, it printed "${first}" instead of "${prints}"`);
  if (prints === undefined && isNoVersion(output)) {
    throw invalid(
      `run with ${command}, it printed "${first}", which is not a version: its sources had no Git tag when it was built`,
      output,
      tagRemedy,
    );
  }
  return `prints "${first}"`;
}
