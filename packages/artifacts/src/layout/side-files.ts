/** The data of a `.version` file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Facts about an artifact's build: crate version, git revision, profile, features, toolchain, triple. */
export type VersionRecord = Readonly<Record<string, Json>>;

/** Formats a line for `sha256sum --check` (GNU coreutils manual, "cksum output modes", untagged). */
export function formatSha256(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`;
}

/** Returns the digest in a `.sha256` file. Undefined if it is invalid or for another file. */
export function parseSha256(text: string, name: string): string | undefined {
  const match = /^([0-9a-f]{64}) [ *](.+)\n?$/.exec(text);
  return match?.[2] === name ? match[1] : undefined;
}

/** Returns the file name in a `.sha256` file. Undefined if it is invalid. */
export function nameInSha256(text: string): string | undefined {
  return /^[0-9a-f]{64} [ *](.+)\n?$/.exec(text)?.[1];
}

/** Formats JSON with sorted keys at all levels, so that equal data gives equal bytes. */
export function formatRecord(record: VersionRecord): string {
  return `${JSON.stringify(sortKeys(record), null, 2)}\n`;
}

/** Formats a `.version` file. Adds whether the file is executable, for the check of its execute permission. */
export function formatVersion(record: VersionRecord, executable: boolean): string {
  return formatRecord({ ...record, executable });
}

/** Returns whether a `.version` file says that its artifact is executable. Undefined if it says nothing. */
export function parseExecutable(text: string): boolean | undefined {
  const executable = parseRecord(text).executable;
  return typeof executable === 'boolean' ? executable : undefined;
}

/** Returns the project in a `.version` file, if any. */
export function parseProject(text: string): string | undefined {
  const project = parseRecord(text).project;
  return typeof project === 'string' ? project : undefined;
}

/** Parses a `.version` file. Returns an empty record if it is malformed. */
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
