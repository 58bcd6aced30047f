import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  hostPlatform,
  MillwrightError,
  parseOptions,
  platformInfo,
  readObjectFile,
  refusal,
  run,
  runExecutor,
} from '@millwright/toolkit';
import type { z } from 'zod';
import { schema } from './schema.js';

/** How long a program may take to say its version, in milliseconds. */
const patience = 30_000;

/** Checks binaries as they lie, by their format and, where this machine is the platform, by starting them. */
export default function validate(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseOptions(schema, options, '@millwright/cargo:validate');
    for (const file of parsed.files) console.log(await validated(file, join(context.root, file), parsed));
    return true;
  });
}

/**
 * One line that says what was found good of a binary.
 * @param file its path as it is shown
 * @throws MillwrightError BINARY_INVALID, OBJECT_FILE_INVALID
 */
async function validated(file: string, path: string, expected: z.output<typeof schema>): Promise<string> {
  const refuse = (why: string, output?: string) =>
    new MillwrightError('BINARY_INVALID', {
      what: `${file} is not fit for ${expected.platform}`,
      why,
      ...(output === undefined ? {} : { output }),
    });
  if (!existsSync(path)) throw refuse('it is not there');
  const { objectArchitecture, triples } = platformInfo(expected.platform);
  const format = expected.platform.startsWith('darwin/')
    ? 'mach-o'
    : expected.platform.startsWith('windows/')
      ? 'pe'
      : 'elf';
  const found = await readObjectFile(path);
  const why = refusal(found, {
    architecture: objectArchitecture,
    format,
    libc: format === 'elf' ? (expected.libc ?? (triples.gnu === undefined ? undefined : 'gnu')) : undefined,
    glibc: expected.glibc,
  });
  if (why !== undefined) throw refuse(why);
  const facts = [format, found.requiredGlibc === undefined ? 'no glibc' : `glibc ${found.requiredGlibc}`];
  if (expected.platform === hostPlatform().platform) facts.push(await said(path, expected, refuse));
  return `${file}: ${facts.join(', ')}`;
}

/** The first line that a binary prints. */
async function said(
  path: string,
  { args, prints }: z.output<typeof schema>,
  refuse: (why: string, output?: string) => MillwrightError,
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
  return `prints "${first}"`;
}
