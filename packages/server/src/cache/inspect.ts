import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { readTar } from '@millwright/artifacts/install';

/** What Nx reads from every result. */
const required = ['code', 'terminalOutput'];

/**
 * Checks that an archive is a result of a task as Nx writes it: a gzip tar of the outputs, with the members `code` (4 bytes)
 * and `terminalOutput`, and that restoring it writes only into the workspace.
 * @param limit bytes when unpacked
 * @returns the reason for refusing it, or undefined
 */
export async function inspectEntry(path: string, limit: number): Promise<string | undefined> {
  const names = new Set<string>();
  const links = new Set<string>();
  const folders = new Set<string>();
  try {
    await readTar(
      path,
      'tar.gz',
      limit,
      async ({ name, kind, size, linkTarget }, content) => {
        const problem =
          problemOf(name, kind, linkTarget) ?? (names.has(name) ? `it has ${name} twice` : undefined);
        if (problem !== undefined) throw new Error(problem);
        const above = foldersAbove(name);
        const linkAbove = above.find((folder) => links.has(folded(folder)));
        if (linkAbove !== undefined) throw new Error(`${name} is below the link ${linkAbove}`);
        if (kind === 'symlink' && folders.has(folded(name)))
          throw new Error(`the link ${name} replaces a folder`);
        for (const folder of above) folders.add(folded(folder));
        if (required.includes(name) && kind !== 'file') throw new Error(`its member ${name} is no file`);
        if (name === 'code' && size !== 4) throw new Error('its member code has not 4 bytes');
        names.add(name);
        if (kind === 'symlink') links.add(folded(name));
        await finished(Readable.from(content).resume());
      },
      { links: true, oldHeaders: true },
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const missing = required.find((name) => !names.has(name));
  return missing === undefined ? undefined : `it has no member ${missing}`;
}

function problemOf(name: string, kind: string, linkTarget: string | undefined): string | undefined {
  if (!isWithin(name)) return `${JSON.stringify(name)} leads outside the workspace`;
  // Otherwise, the same file could have two names.
  if (name.split('/').some((part) => part === '' || part === '.'))
    return `${JSON.stringify(name)} is not in its shortest form`;
  if (kind === 'file' || kind === 'folder') return undefined;
  if (kind !== 'symlink') return `${name} is a ${kind}`;
  return isLinkWithin(name, linkTarget ?? '')
    ? undefined
    : `the link ${name} leads outside the workspace: ${JSON.stringify(linkTarget)}`;
}

/** `..` is only allowed at the start: after a name that is a link itself, it leads out of what that link leads to. */
function isLinkWithin(name: string, target: string): boolean {
  const rest = target.replace(/^(\.\.?\/+)*(\.\.?$)?/, '');
  if (target === '' || posix.isAbsolute(target) || rest.split('/').includes('..')) return false;
  return isWithin(posix.join(posix.dirname(name), target));
}

function isWithin(path: string): boolean {
  return (
    path !== '' &&
    !path.includes('\\') &&
    !path.includes('\0') &&
    !posix.isAbsolute(path) &&
    !path.split('/').includes('..')
  );
}

/** On macOS and Windows, names that differ in case alone are the same. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function foldersAbove(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
