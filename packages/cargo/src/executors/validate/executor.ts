import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { readBuiltFile } from '@millwright/artifacts';
import { refusal } from '@millwright/object-file';
import {
  hostPlatform,
  type MillwrightError,
  parseOptions,
  platformInfo,
  print,
  run,
  runExecutor,
} from '@millwright/toolkit';
import type { z } from 'zod';
import { cargoError } from '../../errors.js';
import { untaggedSource } from '../../vendored/source-version.js';
import { schema } from './schema.js';
import { isNoVersion } from '../../vendored/version.js';

/** How long a program may take to say its version, in milliseconds. */
const patience = 30_000;

/** Checks binaries as they lie, by their format and, where this machine is the platform, by starting them. */
export default function validate(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseOptions(schema, options, '@millwright/cargo:validate');
    const folder = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
    const untagged = await untaggedSource(context.root, join(context.root, folder));
    const remedy = untagged && `${untagged.remedy}, and build again`;
    for (const file of parsed.files) print(await validated(file, join(context.root, file), parsed, remedy));
    return true;
  });
}

/**
 * One line that says what was found good of a binary.
 * @param file its path as it is shown
 * @param tagRemedy what brings the tags of the sources where they have none
 * @throws MillwrightError BINARY_INVALID, OBJECT_FILE_INVALID
 */
async function validated(
  file: string,
  path: string,
  expected: z.output<typeof schema>,
  tagRemedy: string | undefined,
): Promise<string> {
  const refuse: Refuse = (why, output, remedy) =>
    cargoError('BINARY_INVALID', {
      what: `${file} cannot run on ${expected.platform}`,
      why,
      ...(remedy === undefined ? {} : { remedy }),
      ...(output === undefined ? {} : { output }),
    });
  if (!existsSync(path)) throw refuse('it does not exist');
  const { objectArchitecture, triples } = platformInfo(expected.platform);
  const format = expected.platform.startsWith('darwin/')
    ? 'mach-o'
    : expected.platform.startsWith('windows/')
      ? 'pe'
      : 'elf';
  const found = await readBuiltFile(path);
  const why = refusal(found, {
    architecture: objectArchitecture,
    format,
    libc: format === 'elf' ? (expected.libc ?? (triples.gnu === undefined ? undefined : 'gnu')) : undefined,
    glibc: expected.glibc,
  });
  if (why !== undefined) throw refuse(why);
  const facts = [format, found.requiredGlibc === undefined ? 'no glibc' : `glibc ${found.requiredGlibc}`];
  if (expected.platform === hostPlatform().platform)
    facts.push(await said(path, expected, refuse, tagRemedy));
  return `${file}: ${facts.join(', ')}`;
}

type Refuse = (why: string, output?: string, remedy?: string) => MillwrightError;

/** The first line that a binary prints. */
async function said(
  path: string,
  { args, prints }: z.output<typeof schema>,
  refuse: Refuse,
  tagRemedy: string | undefined,
): Promise<string> {
  const { exitCode, signal, timedOut, stdout, stderr } = await run(path, args, { timeout: patience });
  const output = `${stdout}${stderr}`;
  const command = args.join(' ');
  if (timedOut) throw refuse(`it did not end with ${command} in ${patience / 1000} s`, output);
  if (exitCode !== 0) {
    throw refuse(`with ${command} it ends with ${signal ?? `exit status ${exitCode ?? ''}`}`, output);
  }
  const [first = ''] = output.trim().split('\n');
  if (prints !== undefined && !output.includes(prints))
    throw refuse(`with ${command} it prints "${first}", not "${prints}"`);
  if (prints === undefined && isNoVersion(output)) {
    throw refuse(
      `with ${command} it prints "${first}", which is no version: its sources had no tag when it was built`,
      output,
      tagRemedy,
    );
  }
  return `prints "${first}"`;
}
