import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { toolkitError } from '../errors.js';

const hour = 3_600_000;
/** No write takes this long. An older temporary file belongs to a process that was killed. */
const abandonedFile = hour;
/** No task takes this long. */
const abandonedFolder = 24 * hour;

/**
 * Returns a path for a temporary file that will be renamed to the given path: hidden and in the same
 * folder, that is, on the same file system. Removes temporary files for the same path that killed processes
 * left behind.
 */
export function temporaryBeside(path: string): string {
  const [folder, name] = [dirname(path), basename(path)];
  removeAbandoned(folder, (entry) => entry.startsWith(`.${name}.`) && /\.[0-9a-f]{12}\.tmp$/.test(entry), {
    age: abandonedFile,
  });
  return join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Creates a folder for the temporary files of one task, which must remove it. Removes folders of the same
 * kind that killed tasks of this user left behind.
 * @param kind lower-case letters and dashes
 * @param parent created if missing (default: the system's temporary folder)
 * @returns its path; only the user can access it
 * @throws MillwrightError TEMPORARY_FOLDER_UNUSABLE
 */
export function temporaryFolder(kind: string, parent?: string): string {
  const above = parent ?? tmpdir();
  const prefix = `millwright-${kind}-`;
  const isOfKind = (entry: string) => entry.startsWith(prefix) && /^\w{6}$/.test(entry.slice(prefix.length));
  removeAbandoned(above, isOfKind, { age: abandonedFolder });
  try {
    if (parent !== undefined) mkdirSync(parent, { recursive: true });
    return mkdtempSync(join(above, prefix));
  } catch (error) {
    throw toolkitError('TEMPORARY_FOLDER_UNUSABLE', {
      what: `cannot create a folder in ${above}`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

/** Removes abandoned entries. Errors are ignored, for example for entries of another user. */
function removeAbandoned(folder: string, isOurs: (entry: string) => boolean, { age }: { age: number }): void {
  try {
    for (const entry of readdirSync(folder).filter(isOurs)) {
      const path = join(folder, entry);
      const { mtimeMs, uid } = lstatSync(path);
      if (Date.now() - mtimeMs > age && isUser(uid)) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // The next attempt may succeed.
  }
}

function isUser(uid: number): boolean {
  const user = process.geteuid?.();
  return user === undefined || user === uid;
}
