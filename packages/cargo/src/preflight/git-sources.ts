/** A git source in a lock file, at one commit. */
export interface GitSource {
  readonly url: string;
  readonly commit: string;
  /** The reference as in `[source]` tables, such as `rev=…`; undefined for the default branch. */
  readonly reference: string | undefined;
  readonly packages: readonly string[];
}

/** Returns the git sources of a lock file in order, without duplicates (format: Cargo's `core/source_id.rs`). */
export function gitSources(lock: string): GitSource[] {
  const sources = new Map<string, GitSource>();
  for (const [, name = '', source = ''] of lock.matchAll(
    /^name = "([^"]+)"\nversion = "[^"]+"\nsource = "git\+([^"]+)"/gm,
  )) {
    const [address = '', commit = ''] = source.split('#');
    const [url = '', reference] = address.split('?');
    const packages = [...(sources.get(source)?.packages ?? []), name];
    sources.set(source, { url, commit, reference, packages });
  }
  return [...sources.values()];
}

/** Read access to the file system. */
export interface SourceFiles {
  /** Returns the names in a folder; none if it does not exist. */
  readonly list: (folder: string) => readonly string[];
}

/**
 * Returns the git sources that cargo would fetch: those neither checked out in CARGO_HOME nor replaced in its
 * configuration (Cargo reference, "Source Replacement" and "Cargo Home").
 * @param replaced the URLs of `[source]` tables with `replace-with`
 */
export function missingSources(
  sources: readonly GitSource[],
  cargoHome: string,
  replaced: ReadonlySet<string>,
  { list }: SourceFiles,
): GitSource[] {
  const checkouts = `${cargoHome}/git/checkouts`;
  const folders = list(checkouts);
  return sources.filter(({ url, commit }) => {
    if (replaced.has(plainUrl(url))) return false;
    // The folder is named after the URL's last part and a hash, and contains abbreviated commits.
    const prefix = `${(plainUrl(url).split('/').at(-1) ?? '').toLowerCase()}-`;
    return !folders
      .filter((folder) => folder.toLowerCase().startsWith(prefix))
      .some((folder) =>
        list(`${checkouts}/${folder}`).some((short) => short !== '' && commit.startsWith(short)),
      );
  });
}

/** Normalises a URL for comparison: removes `.git` and a trailing slash. */
export function plainUrl(url: string): string {
  return url.replace(/\/$/, '').replace(/\.git$/, '');
}

/** Formats a source with its packages. */
export function formatSource({ url, commit, packages }: GitSource): string {
  return `${url} at ${commit.slice(0, 12)} (${packages.join(', ')})`;
}
