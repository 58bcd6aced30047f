/** A git submodule in .gitmodules (gitmodules(5)). */
export interface Submodule {
  readonly path: string;
  readonly url?: string;
  /** The mode of `git submodule update`. `none` prevents it from being fetched accidentally. */
  readonly update?: string;
}

/** Parses the submodules in a .gitmodules file. */
export function parseSubmodules(gitmodules: string): Submodule[] {
  const sections: Map<string, string>[] = [];
  for (const raw of gitmodules.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) sections.push(new Map());
    const equals = line.indexOf('=');
    if (equals < 0) continue;
    const key = line.slice(0, equals).trimEnd();
    const value = line
      .slice(equals + 1)
      .trimStart()
      .replace(/^"(.*)"$/s, '$1');
    const section = sections.at(-1);
    if (value !== '' && section?.has(key) === false) section.set(key, value);
  }
  return sections.flatMap((section) => {
    const [path, url, update] = [section.get('path'), section.get('url'), section.get('update')];
    if (path === undefined) return [];
    return [{ path, ...(url === undefined ? {} : { url }), ...(update === undefined ? {} : { update }) }];
  });
}

/** Returns the git arguments that fetch a submodule at its pinned commit, regardless of the update mode. */
export function fetchArguments({ path, update }: Submodule): string[] {
  return ['submodule', 'update', '--init', ...(update === 'none' ? ['--checkout'] : []), '--', path];
}

/**
 * Returns the input that makes `nx affected` detect a submodule's new commit, which git reports as a change
 * of its folder. A plain folder path would make Nx hash all files of the submodule into each build. A
 * pattern that matches only the path itself matches no files.
 */
export function gitlinkInput(submodule: string): string {
  return `{workspaceRoot}/${submodule.slice(0, -1)}[${submodule.slice(-1)}]`;
}
