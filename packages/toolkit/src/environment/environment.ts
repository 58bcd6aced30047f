import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Variables of a process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that the environment itself has: `process.env` also answers with what every object inherits. */
export function variableOf(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/**
 * The user's home folder. Where neither HOME nor the system's list of users has one, as in a container that runs as any
 * user, it is a folder of that user's in the folder for temporary files, which may not exist.
 */
export function homeFolder(env: Environment = process.env): string {
  const named = variableOf(env, 'HOME') ?? '';
  if (isAbsolute(named)) return named;
  try {
    const { homedir } = userInfo();
    if (isAbsolute(homedir)) return homedir;
  } catch {
    // The system does not know the user.
  }
  return join(temporaryFolderOfUser(), 'home');
}

/**
 * The user's folder for what can be made again, of Millwright alone. A variable that is empty or no absolute path is
 * ignored (XDG Base Directory Specification).
 */
export function cacheFolder(env: Environment = process.env): string {
  const named = variableOf(env, 'XDG_CACHE_HOME') ?? '';
  return join(isAbsolute(named) ? named : join(homeFolder(env), '.cache'), 'millwright');
}

/** Where a user without a folder that can be written to keeps files; see `privateFolder`. */
export function temporaryFolderOfUser(): string {
  return join(tmpdir(), `millwright-${process.geteuid?.() ?? 'user'}`);
}
