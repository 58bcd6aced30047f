import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const cache = join(import.meta.dirname, '../../../../.nx/embedded-databases');

/**
 * Puts an embedded database without tables into the data folder of a server. Creating one takes seconds, so it is copied from one
 * that an earlier test created with the same version of PGlite.
 */
export async function prepareDatabase(data: string): Promise<void> {
  const empty = join(cache, pgliteVersion());
  if (!existsSync(empty)) {
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'new-'));
    const pglite = await PGlite.create(folder);
    await pglite.close();
    try {
      renameSync(folder, empty);
    } catch (error) {
      // Another test was faster.
      rmSync(folder, { recursive: true });
      if (!existsSync(empty)) throw error;
    }
  }
  cpSync(empty, join(data, 'database'), { recursive: true });
}

function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
