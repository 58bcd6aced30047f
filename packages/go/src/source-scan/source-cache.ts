import type { StateFormat } from '@millwright/toolkit';
import { z } from 'zod';
import type { GoSource, Includes } from './model.js';

/** Parsed files by path, with the stamp at the time of reading. */
export type CachedEntries<Read> = Record<string, { readonly stamp: string; readonly read: Read }>;

export interface SourceCache {
  readonly go?: CachedEntries<GoSource>;
  readonly c?: CachedEntries<Includes>;
}

const texts = z.array(z.string());
const includes = z.strictObject({ quoted: texts, angled: texts, computed: z.boolean() });
const source = z.strictObject({
  package: z.string(),
  imports: texts,
  constraint: z.string().optional(),
  embeds: texts,
  cgo: z
    .strictObject({
      includes,
      folders: texts,
      paths: texts,
      packages: texts,
      libraries: texts,
      libraryFolders: texts,
      repositoryFolders: texts,
      hostCpu: z.boolean(),
    })
    .optional(),
  reads: z.strictObject({ variables: texts, paths: texts }),
});
const memoryOf = (read: z.ZodType) => z.record(z.string(), z.strictObject({ stamp: z.string(), read }));

/** Increase the version whenever the parser changes, so that earlier results are discarded. */
export const sourceCacheFormat: StateFormat<z.ZodType<SourceCache>> = {
  name: 'go-sources',
  version: 3,
  // The schema omits a key where the type has undefined.
  schema: z.strictObject({
    go: memoryOf(source).optional(),
    c: memoryOf(includes).optional(),
  }) as z.ZodType<SourceCache>,
};
