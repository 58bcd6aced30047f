import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { readTar } from '@millwright/artifacts/install';

/**
 * Checks that an archive is a result of a task as Nx writes it: a gzip tar of the outputs, with the members `code` (4 bytes)
 * and `terminalOutput`, and that restoring it writes only into the workspace.
 * @param limit bytes when unpacked
 * @returns the reason for refusing it, or undefined
 */
export async function inspectEntry(path: string, limit: number): Promise<string | undefined> {
  const names = new Set<string>();
  const links = new Set<string>();
  try {
    await readTar(
      path,
      'tar.gz',
      limit,
      async ({ name, kind, size, linkTarget }, content) => {
        const problem =
          problemOf(name, kind, linkTarget) ?? (names.has(name) ? `it has ${name} twice` : undefined);
        if (problem !== undefined) throw new Error(problem);
        const above = foldersAbove(name).find((folder) => links.has(folder));
        if (above !== undefined) throw new Error(`${name} is below the link ${above}`);
        if (name === 'code' && size !== 4) throw new Error('its member code has not 4 bytes');
        names.add(name);
        if (kind === 'symlink') links.add(name);
        await finished(Readable.from(content).resume());
      },
      { links: true, oldHeaders: true },
    );
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const missing = ['code', 'terminalOutput'].find((name) => !names.has(name));
  return missing === undefined ? undefined : `it has no member ${missing}`;
}

function problemOf(name: string, kind: string, linkTarget: string | undefined): string | undefined {
  if (!isWithin(name)) return `${JSON.stringify(name)} leads outside the workspace`;
  if (kind === 'file' || kind === 'folder') return undefined;
  if (kind !== 'symlink') return `${name} is a ${kind}`;
  const target = linkTarget ?? '';
  const isInside = !posix.isAbsolute(target) && isWithin(posix.join(posix.dirname(name), target));
  return isInside ? undefined : `the link ${name} leads outside the workspace: ${JSON.stringify(target)}`;
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

function foldersAbove(name: string): string[] {
  const parts = name.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}
