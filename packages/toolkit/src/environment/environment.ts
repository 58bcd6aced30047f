import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns a variable of the environment, ignoring inherited properties, which `process.env` also returns.
 */
export function variableOf(env: Environment, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}

/**
 * Returns the user's home folder. If neither HOME nor the system's user database has one, as in a container
 * with an arbitrary user, returns a folder in the user's temporary folder, which may not exist.
 */
export function homeFolder(env: Environment = process.env): string {
  const named = variableOf(env, 'HOME') ?? '';
  if (isAbsolute(named)) return named;
  try {
    const { homedir } = userInfo();
    if (isAbsolute(homedir)) return homedir;
  } catch {
    // The user is unknown to the system.
  }
  return join(temporaryFolderOfUser(), 'home');
}

/**
 * Returns Millwright's folder in the user's cache. An XDG_CACHE_HOME that is empty or not absolute is
 * ignored (XDG Base Directory Specification).
 */
export function cacheFolder(env: Environment = process.env): string {
  const named = variableOf(env, 'XDG_CACHE_HOME') ?? '';
  return join(isAbsolute(named) ? named : join(homeFolder(env), '.cache'), 'millwright');
}

/** Returns the folder that replaces the cache folder if that is not writable. See `privateFolder`. */
export function temporaryFolderOfUser(): string {
  return join(tmpdir(), `millwright-${process.geteuid?.() ?? 'user'}`);
}
