import { join, posix } from 'node:path';
import type { TarEntry, TarOwner } from '@millwright/artifacts/archives';
import type { ImageSettings } from '../options.js';
import { behindLinks, entryName, fileEntries, systemFolders, withParents } from '../layers/files.js';
import { ociError } from '../errors.js';
import { addUser, findUser, type ImageUser, nonrootId, type UserFiles } from '../layers/users.js';
import type { ImageBinary } from './binaries.js';

/** Where the binaries of an image are. */
export const binaryFolder = '/usr/local/bin';

/** What an image adds to its base. */
export interface ImageAdditions {
  /** `User` of the configuration. */
  readonly user: string | undefined;
  /** Layers by how often they change, the rarest first. None is empty. */
  readonly layers: readonly { readonly comment: string; readonly entries: readonly TarEntry[] }[];
}

/** What a base has, as far as the layers on top of it depend on it. */
export interface BaseFiles {
  readonly users: UserFiles;
  /** Folders that have an entry in a layer, without the leading slash. */
  readonly folders: Iterable<string>;
  /** Path and target of each link, the path without the leading slash. */
  readonly links: Iterable<readonly [path: string, target: string]>;
}

/**
 * Returns the layers of an image on top of its base.
 * @param base undefined for an image without a base
 * @throws MillwrightError IMAGE_ARTIFACT_MISSING, IMAGE_FILE_REFUSED, PATH_OUTSIDE_WORKSPACE
 */
export function additionsOf(
  settings: Pick<ImageSettings, 'files' | 'user' | 'workingDirectory' | 'volumes'>,
  binaries: readonly Pick<ImageBinary, 'path'>[],
  base: BaseFiles | undefined,
  workspaceRoot: string,
): ImageAdditions {
  const users = base?.users ?? { passwd: '', group: '' };
  const { user, owner, created } = userOf(settings.user, users);
  const links = new Map(base?.links);
  const placed = (entries: readonly TarEntry[]) => behindLinks(entries, links);
  checkNames(binaries);
  const present = new Set([...(base?.folders ?? []), ...links.keys()]);
  const folders = [settings.workingDirectory ?? '/', ...settings.volumes]
    .filter((path) => path !== '/')
    .map(entryName)
    .filter((name) => !present.has(name) || !systemFolders.has(name));
  const rare = withParents(
    placed([
      ...(created === undefined ? [] : userEntries(addUser(users, created))),
      ...folders.map((name): TarEntry => ({ name, mode: 0o755, content: { kind: 'folder' }, owner })),
      ...fileEntries(workspaceRoot, settings.files),
    ]),
    present,
  );
  const frequent = withParents(
    placed(
      fileEntries(
        workspaceRoot,
        binaries.map(({ path }) => ({
          source: path,
          path: posix.join(binaryFolder, posix.basename(path)),
          mode: '755',
        })),
      ),
    ),
    new Set([...present, ...rare.map(({ name }) => name)]),
  );
  const layers = [
    { comment: 'files', entries: rare },
    { comment: binaries.map(({ path }) => posix.basename(path)).join(', '), entries: frequent },
  ];
  return { user, layers: layers.filter(({ entries }) => entries.length > 0) };
}

/** @throws MillwrightError IMAGE_FILE_REFUSED if a binary would hide another */
function checkNames(binaries: readonly Pick<ImageBinary, 'path'>[]): void {
  const known = new Map<string, string>();
  for (const { path } of binaries) {
    const name = posix.basename(path);
    const other = known.get(name);
    if (other !== undefined && other !== path)
      throw ociError('IMAGE_FILE_REFUSED', {
        what: `${path} cannot be added to the image`,
        why: `${other} is already at ${posix.join(binaryFolder, name)}`,
        remedy: 'give the binaries different names, or add one of them to `files` with another path',
      });
    known.set(name, path);
  }
}

function userEntries({ passwd, group }: UserFiles): TarEntry[] {
  const entry = (name: string, text: string): TarEntry => ({
    name: join('etc', name),
    mode: 0o644,
    content: { kind: 'text', text },
  });
  return [entry('group', group), entry('passwd', passwd)];
}

interface ResolvedUser {
  /** By numbers: Kubernetes cannot tell whether a name is root. */
  readonly user: string | undefined;
  /** Of the folders for data. Undefined if those of the base keep their owners. */
  readonly owner: TarOwner | undefined;
  readonly created: ImageUser | undefined;
}

function userOf(wanted: ImageSettings['user'], users: UserFiles): ResolvedUser {
  if (wanted === undefined) return { user: undefined, owner: undefined, created: undefined };
  if (typeof wanted === 'string' && /^\d+(:\d+)?$/.test(wanted)) {
    const [uid = 0, gid = uid] = wanted.split(':').map(Number);
    return { user: wanted, owner: { uid, gid }, created: undefined };
  }
  const name = typeof wanted === 'string' ? wanted : wanted.name;
  const existing = findUser(users, name);
  const uid = typeof wanted === 'string' ? nonrootId : wanted.uid;
  const created = existing === undefined ? { name, uid, gid: uid, home: '/' } : undefined;
  const found = existing ?? { uid, gid: uid };
  return { user: `${found.uid}:${found.gid}`, owner: { uid: found.uid, gid: found.gid }, created };
}
