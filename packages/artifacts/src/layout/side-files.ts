/** The plain data that a `.version` file holds. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a build says of an artifact: crate version, git revision, profile, features, toolchain, triple. */
export type VersionRecord = Readonly<Record<string, Json>>;

/** The line that `sha256sum --check` reads (GNU coreutils manual, "cksum output modes", untagged). */
export function formatSha256(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`;
}

/** The digest in a `.sha256` file; undefined where it is not of that form, or is another file's. */
export function parseSha256(text: string, name: string): string | undefined {
  const match = /^([0-9a-f]{64}) [ *](.+)\n?$/.exec(text);
  return match?.[2] === name ? match[1] : undefined;
}

/** The name of the file whose digest a `.sha256` file holds; undefined where it is not of that form. */
export function nameInSha256(text: string): string | undefined {
  return /^[0-9a-f]{64} [ *](.+)\n?$/.exec(text)?.[1];
}

/** JSON, its keys sorted at every depth, so that the same facts are the same bytes. */
export function formatRecord(record: VersionRecord): string {
  return `${JSON.stringify(sortKeys(record), null, 2)}\n`;
}

/**
 * A `.version` file. To the build's own record is added whether the file is executable, for the check of its run bit.
 */
export function formatVersion(record: VersionRecord, executable: boolean): string {
  return formatRecord({ ...record, executable });
}

/** Whether a `.version` file says that its artifact runs; undefined where it says nothing. */
export function parseExecutable(text: string): boolean | undefined {
  const executable = parseRecord(text).executable;
  return typeof executable === 'boolean' ? executable : undefined;
}

/** The project that a `.version` file says handed its artifact over; undefined where it says nothing. */
export function parseProject(text: string): string | undefined {
  const project = parseRecord(text).project;
  return typeof project === 'string' ? project : undefined;
}

/** What a `.version` file says; nothing where it is malformed. */
export function parseRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function sortKeys(value: Json): Json {
  if (isList(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
