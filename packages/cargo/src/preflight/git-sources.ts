/** A git repository that packages of a lock file come from, at one commit. */
export interface GitSource {
  readonly url: string;
  readonly commit: string;
  /** What of it `[source]` tables name it by, such as `rev=…`; undefined for the default branch. */
  readonly reference: string | undefined;
  readonly packages: readonly string[];
}

/** The git sources of a lock file, each once, in its order (Cargo's `core/source_id.rs` has the form). */
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

/** What is asked of the machine's disk. */
export interface SourceFiles {
  /** The names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
}

/**
 * The git sources that cargo would have to fetch: neither checked out in its home, nor replaced by its
 * configuration (Cargo reference, "Source Replacement" and, for the folders, "Cargo Home").
 * @param replaced the URLs that `[source]` tables with `replace-with` name
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
    // The folder is the URL's last part, a hash, and below it the commit, shortened as git does.
    const prefix = `${(plainUrl(url).split('/').at(-1) ?? '').toLowerCase()}-`;
    return !folders
      .filter((folder) => folder.toLowerCase().startsWith(prefix))
      .some((folder) =>
        list(`${checkouts}/${folder}`).some((short) => short !== '' && commit.startsWith(short)),
      );
  });
}

/** A URL as sources are compared by: without `.git` and a slash at its end. */
export function plainUrl(url: string): string {
  return url.replace(/\/$/, '').replace(/\.git$/, '');
}

/** A source as people read it, with what comes from it. */
export function formatSource({ url, commit, packages }: GitSource): string {
  return `${url} at ${commit.slice(0, 12)} (${packages.join(', ')})`;
}
