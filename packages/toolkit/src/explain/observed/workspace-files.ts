import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../../files/read-text.js';
import { nxDataFolder } from '../../state/state.js';
import { FileIndex } from './file-index.js';

const files = z.array(z.object({ file: z.string(), hash: z.string() }));

/** The part of Nx's `file-map.json` (version 6) that lists files; written with each project graph. */
const fileMap = z.object({
  fileMap: z.object({ projectFileMap: z.record(z.string(), files), nonProjectFiles: files }),
});

/** The files that Nx hashes, with its hashes: all of the workspace that git does not ignore. */
export function nxFiles(workspaceRoot: string): FileIndex {
  const path = join(nxDataFolder(workspaceRoot), 'file-map.json');
  try {
    const { projectFileMap, nonProjectFiles } = fileMap.parse(
      JSON.parse(readText(path, { limit: maxFileMapBytes }) ?? '{}'),
    ).fileMap;
    const all = [...Object.values(projectFileMap).flat(), ...nonProjectFiles];
    return new FileIndex(new Map(all.map(({ file, hash }) => [file, hash])));
  } catch {
    // Another version of Nx: an input that differs is then named by its patterns.
    return new FileIndex(new Map());
  }
}

/** In bytes: about a million files. */
const maxFileMapBytes = 128 * 2 ** 20;
