import type { ExecutorContext } from '@nx/devkit';
import { parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { lockName, readLock, writeLock } from '../../base/lock.js';
import { baseSource } from '../../base/source.js';
import { schema } from './schema.js';

/** Pins the base of a project's image to what its name means now. */
export default function ociBaseUpdate(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const workspaceRoot = context.root;
    const { base, ...registry } = parseTaskOptions(
      schema,
      options,
      '@millwright/oci:oci-base-update',
      context,
    );
    if (base === 'scratch') {
      print('the image has no base');
      return true;
    }
    const found = await baseSource(base, workspaceRoot, registry).resolve();
    const lock = readLock(workspaceRoot);
    const before = lock.get(base)?.digest;
    writeLock(workspaceRoot, new Map([...lock, [base, found]]));
    if (before === found.digest) print(`${base} is up to date: ${found.digest}`);
    else print(`${lockName}: ${base} is now ${found.digest}${before === undefined ? '' : `, was ${before}`}`);
    return true;
  });
}
