import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { toolkitError } from '../errors.js';

const hour = 3_600_000;
/** No file takes so long to write: a temporary one that was not written to since is that of a process that was killed. */
const abandonedFile = hour;
/** No task takes so long. */
const abandonedFolder = 24 * hour;

/**
 * A path for a file that is to be renamed to another: beside it, so on the same file system, and hidden. What earlier
 * attempts at the same file left behind when they were killed is removed.
 */
export function temporaryBeside(path: string): string {
  const [folder, name] = [dirname(path), basename(path)];
  removeAbandoned(folder, (entry) => entry.startsWith(`.${name}.`) && /\.[0-9a-f]{12}\.tmp$/.test(entry), {
    age: abandonedFile,
  });
  return join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Makes a folder for one task's temporary files, which the task removes. Those of the same kind that tasks of this user
 * left behind when they were killed are removed.
 * @param kind of small letters and dashes
 * @param parent made where it is missing; the system's folder for temporary files unless given
 * @returns its path; only the user can use it
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
      what: `no folder can be created in ${above}`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}

/** A courtesy to the disk, which may fail where entries are someone else's. */
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
