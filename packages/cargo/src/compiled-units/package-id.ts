/** A package's identity in cargo's messages and plans. */
export interface PackageId {
  readonly name: string;
  readonly version: string;
  /** `registry+…`, `sparse+…`, `git+…` or `path+…`, without fragment. */
  readonly source: string;
}

/**
 * Parses a package id: a package id specification since cargo 1.77 (Cargo reference, "Package ID Specifications"), and
 * `name version (source)` before. Undefined for any other text.
 */
export function parsePackageId(id: string): PackageId | undefined {
  const old = /^(\S+) (\S+) \(([^()#]+)[^()]*\)$/.exec(id);
  if (old) return { name: old[1] ?? '', version: old[2] ?? '', source: old[3] ?? '' };
  const match = /^([^#]+)#(?:(.+)@)?([^@]+)$/.exec(id);
  if (!match) return undefined;
  const [, source = '', name, version = ''] = match;
  // The name is omitted if it is the last part of the path.
  const last = /([^/]+?)(?:\.git)?\/?$/.exec(source.replace(/\?.*$/, ''))?.[1] ?? '';
  return { name: name ?? decodeURIComponent(last), version, source };
}
