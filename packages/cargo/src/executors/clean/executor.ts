import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { refreshChecksums } from '@millwright/artifacts';
import { parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { schema } from './schema.js';

/** Removes artifacts, installed files and cargo's target folder, and prints what was removed. */
export default function clean(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { paths } = parseTaskOptions(schema, options, '@millwright/cargo:clean', context);
    const outside = paths.filter((path) => !resolve(context.root, path).startsWith(`${context.root}${sep}`));
    if (outside.length > 0) {
      throw cargoError('OPTION_INVALID', {
        what: `clean does not remove files outside the workspace`,
        why: `${outside.join(', ')} ${outside.length === 1 ? 'is' : 'are'} outside the workspace`,
      });
    }
    const present = paths.filter((path) => existsSync(join(context.root, path)));
    for (const path of present) await rm(join(context.root, path), { recursive: true, force: true });
    await refreshChecksums(context.root);
    print(present.length === 0 ? 'there was nothing to remove' : `removed ${present.join(', ')}`);
    return true;
  });
}
