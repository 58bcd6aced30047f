import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { diskFiles } from '@millwright/toolkit';
import { readRepository } from '../manifests/repository.js';
import type { Files } from '../resolution/world.spec.helper.js';
import type { CrateReads } from './crate-reads.js';
import { SourceReads } from './reads.js';
import type { SourceCache } from './source-cache.js';

/** A repository in a temporary folder. */
export function repositoryWith(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'millwright-reads-')));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** What the sources of a crate of a repository read. @param root the crate's folder */
export function readsIn(
  folder: string,
  manifests: readonly string[],
  root: string,
  memory: SourceCache = {},
): { readonly reads: CrateReads; readonly sources: SourceReads } {
  const repository = readRepository(manifests, diskFiles(folder));
  const sources = new SourceReads(folder, repository, memory);
  const crate = repository.crates.get(root);
  if (!crate) throw new Error(`there is no crate in ${root}`);
  return { reads: sources.of(crate), sources };
}
