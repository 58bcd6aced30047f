import { z } from 'zod';

const text = z.string();
const event = z.object({
  introduced: text.optional(),
  fixed: text.optional(),
  last_affected: text.optional(),
  limit: text.optional(),
});

const imported = z.object({
  path: text.optional(),
  goos: z.array(text).optional(),
  goarch: z.array(text).optional(),
});

const affected = z.object({
  package: z.object({ ecosystem: text, name: text }),
  ranges: z.array(z.object({ type: text, events: z.array(event) })).optional(),
  versions: z.array(text).optional(),
  severity: z.array(z.object({ type: text, score: text })).optional(),
  ecosystem_specific: z
    .object({
      /** Of RustSec: empty lists mean all. */
      affects: z
        .object({
          os: z.array(text).optional(),
          arch: z.array(text).optional(),
          functions: z.array(text).optional(),
        })
        .nullish(),
      /** Of the Go vulnerability database. */
      imports: z.array(imported).nullish(),
    })
    .nullish(),
  database_specific: z
    .object({
      /** Of RustSec: `unmaintained`, `unsound` or `notice`. */
      informational: text.nullish(),
      cvss: text.nullish(),
      /** Of GitHub: the end of a range without a fix, such as `< 0.2`. */
      last_known_affected_version_range: text.nullish(),
    })
    .nullish(),
});

const record = z.object({
  id: text.min(1),
  modified: text.optional(),
  published: text.optional(),
  withdrawn: text.nullish(),
  aliases: z.array(text).nullish(),
  severity: z.array(z.object({ type: text, score: text })).nullish(),
  affected: z.array(affected).nullish(),
  database_specific: z.object({ severity: text.nullish() }).nullish(),
});

/** A record of a vulnerability (OSV schema 1.7, https://ossf.github.io/osv-schema), as far as a scan reads it. */
export type OsvRecord = z.output<typeof record>;
export type Affected = z.output<typeof affected>;

/** Parses a record. Undefined if it is not JSON, or its form is another one. */
export function parseOsv(json: string): OsvRecord | undefined {
  try {
    return record.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}
