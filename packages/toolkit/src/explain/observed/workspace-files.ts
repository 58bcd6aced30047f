import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../../files/read-text.js';
import { nxDataFolder } from '../../state/state.js';
import { FileIndex } from './file-index.js';

const files = z.array(z.object({ file: z.string(), hash: z.string() }));

/** The part of Nx's `file-map.json` (version 6) that lists files. Nx writes it with each project graph. */
const fileMap = z.object({
  fileMap: z.object({ projectFileMap: z.record(z.string(), files), nonProjectFiles: files }),
});

/** Returns the files of the workspace that git does not ignore, with Nx's hashes. */
export function nxFiles(workspaceRoot: string): FileIndex {
  const path = join(nxDataFolder(workspaceRoot), 'file-map.json');
  try {
    const { projectFileMap, nonProjectFiles } = fileMap.parse(
      JSON.parse(readText(path, { limit: maxFileMapBytes }) ?? '{}'),
    ).fileMap;
    const all = [...Object.values(projectFileMap).flat(), ...nonProjectFiles];
    return new FileIndex(new Map(all.map(({ file, hash }) => [file, hash])));
  } catch {
    // A different version of Nx. Changed inputs are then reported by their patterns.
    return new FileIndex(new Map());
  }
}

/** In bytes, enough for about a million files. */
const maxFileMapBytes = 128 * 2 ** 20;
