import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localLicenses } from '@millwright/artifacts';
import { statOf } from '@millwright/toolkit';
import type { LockedPackage, Lockfile } from '../manifests/lockfile.js';
import type { FactsOf } from './units.js';

/** The user, and possibly the password or token, in a URL (RFC 3986, section 3.2.1). */
const userInformation = /:\/\/[^/?#\s]*@/;

/**
 * Returns a function that tells where the sources of a package come from: the source and the checksum that the lock file
 * states, the licence in the manifest, and the folder of sources in the Nx workspace.
 * @param repositoryRoot the Nx workspace's folder, absolute
 */
export function packageFacts(lockfile: Lockfile | undefined, repositoryRoot: string): FactsOf {
  const locked = new Map<string, LockedPackage[]>();
  for (const entry of lockfile?.packages ?? []) {
    const key = `${entry.name} ${entry.version}`;
    locked.set(key, [...(locked.get(key) ?? []), entry]);
  }
  return ({ name, version, source }, { target }) => {
    if (source.startsWith('path+')) {
      const path = relative(repositoryRoot, fileURLToPath(source.slice('path+'.length)))
        .split(sep)
        .join(posix.sep);
      // Sources outside the workspace, such as the standard library's, have another path on each machine.
      return path.startsWith('../') || path === '..' ? {} : { path: path === '' ? '.' : path };
    }
    const sameName = (locked.get(`${name} ${version}`) ?? []).filter((entry) => entry.source !== undefined);
    const entry =
      sameName.find((one) => one.source?.replace(/#.*$/, '') === source) ??
      // Package ids and lock files encode special characters differently.
      (sameName.length === 1 ? sameName[0] : undefined);
    const license = target.src_path === undefined ? undefined : licenseOf(target.src_path);
    return {
      source: withoutPassword(entry?.source ?? source),
      ...(entry?.checksum === undefined ? {} : { checksum: entry.checksum }),
      ...(license === undefined ? {} : { license }),
    };
  };
}

/** Removes user and password. `git@` is the user of public servers, not a secret. */
function withoutPassword(source: string): string {
  return source.replace(userInformation, (user) => (user === '://git@' ? user : '://'));
}

/**
 * Returns the licence in the manifest of the package that contains a source file, or the one it inherits. cargo writes the
 * manifests of published packages itself, without inheritance; those in Git repositories are as their authors wrote them.
 */
function licenseOf(sourceFile: string): string | undefined {
  const above = (has: string, start: string) => {
    for (let folder = start; folder !== dirname(folder); folder = dirname(folder))
      if (statOf(join(folder, has))?.isFile() === true) return folder;
    return undefined;
  };
  const folder = above('Cargo.toml', dirname(sourceFile));
  if (folder === undefined) return undefined;
  // cargo writes this file at the top of what it downloads. Nothing is inherited from beyond.
  const top = above('.cargo-ok', folder) ?? folder;
  return localLicenses(top)(relative(top, folder).split(sep).join(posix.sep) || '.');
}
