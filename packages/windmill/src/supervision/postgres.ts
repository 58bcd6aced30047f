import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readText } from '@millwright/toolkit/core';

/** The programs that an embedded database needs. */
const programs = ['initdb', 'postgres'];

/** Where packages install PostgreSQL without adding it to PATH: Debian and Ubuntu, then PostgreSQL's own RPMs. */
const packageFolders: readonly (readonly [parent: string, name: RegExp])[] = [
  ['/usr/lib/postgresql', /^(\d+)$/],
  ['/usr', /^pgsql-(\d+)$/],
];

/**
 * Returns the folder of PostgreSQL's programs: the first on PATH, otherwise the newest version among packages of the system.
 * @param path folders, as in the variable PATH
 * @returns undefined if there is none
 */
export function findPostgres(path = process.env.PATH ?? '', packages = packageFolders): string | undefined {
  const onPath = path.split(delimiter).filter((folder) => folder !== '');
  const packaged = packages.flatMap(([parent, name]) => versions(parent, name));
  return [...onPath, ...packaged].find(hasPrograms);
}

/** The folders of all versions below a folder, the newest first. */
function versions(parent: string, name: RegExp): string[] {
  const found = namesIn(parent).flatMap((entry) => {
    const version = name.exec(entry)?.[1];
    return version === undefined ? [] : [{ folder: join(parent, entry, 'bin'), version: Number(version) }];
  });
  return found.sort((a, b) => b.version - a.version).map(({ folder }) => folder);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // PostgreSQL was not installed there.
  }
}

function hasPrograms(folder: string): boolean {
  try {
    for (const program of programs) accessSync(join(folder, program), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Who runs a process. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

const nobody: User = { uid: 65_534, gid: 65_534 };

/**
 * PostgreSQL refuses to run as root. In its place, the user runs it that PostgreSQL's packages create, otherwise `nobody`.
 * @param uid who runs this process
 * @param accounts the text of /etc/passwd (passwd(5))
 * @returns undefined unless this process runs as root
 */
export function databaseUser(
  uid = process.geteuid?.(),
  accounts = readText('/etc/passwd') ?? '',
): User | undefined {
  if (uid !== 0) return undefined;
  const found = /^postgres:[^:]*:(\d+):(\d+):/m.exec(accounts);
  return found === null ? nobody : { uid: Number(found[1]), gid: Number(found[2]) };
}
