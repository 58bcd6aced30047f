import { inflateSync } from 'node:zlib';
import { readSection } from '@millwright/object-file';
import { z } from 'zod';

const list = z.object({
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      /** `crates.io`, `git`, `local`, `registry` or another word. */
      source: z.string(),
      /** `build` for packages that only run during the build; `runtime` if it is omitted. */
      kind: z.string().default('runtime'),
      root: z.boolean().default(false),
    }),
  ),
});

/** The packages that cargo-auditable writes into a Rust program. */
export type AuditableList = z.output<typeof list>;

/** The limit that cargo-auditable recommends for readers. */
const maxOutputLength = 8 * 1024 * 1024;

/**
 * Reads the list of packages that cargo-auditable embeds (cargo-auditable, "PARSING.md"); undefined if there is none.
 * @throws ObjectFileError if the file is not an object file
 * @throws Error if the list is damaged
 */
export async function readAuditableList(path: string): Promise<AuditableList | undefined> {
  const section = await readSection(path, '.dep-v0');
  return section === undefined ? undefined : parseAuditableList(section);
}

/** Parses the section `.dep-v0`. @throws Error if it is damaged */
export function parseAuditableList(section: Uint8Array): AuditableList {
  return list.parse(JSON.parse(inflateSync(section, { maxOutputLength }).toString()));
}
