import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the plugin keeps what it may lose, relative to the Nx workspace; Nx's own folder, which git ignores. */
const folder = '.nx/workspace-data/millwright';

/** Plain data kept between runs; undefined where there is none or it is damaged. */
export function recall(workspace: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(workspace, folder, `${name}.json`), 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Keeps plain data; a folder that cannot be written only costs time. */
export function remember(workspace: string, name: string, data: unknown): void {
  const path = join(workspace, folder, `${name}.json`);
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, JSON.stringify(data));
    renameSync(temporary, path);
  } catch {
    // Read-only checkouts have a graph all the same.
  }
}
