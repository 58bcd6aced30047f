/** A git submodule as .gitmodules describes it (gitmodules(5)). */
export interface Submodule {
  readonly path: string;
  readonly url?: string;
  /** What `git submodule update` does with it; `none` keeps it from being fetched by surprise. */
  readonly update?: string;
}

/** The submodules that a .gitmodules lists. */
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
      .replace(/^"(.*)"$/, '$1');
    const section = sections.at(-1);
    if (value !== '' && section?.has(key) === false) section.set(key, value);
  }
  return sections.flatMap((section) => {
    const [path, url, update] = [section.get('path'), section.get('url'), section.get('update')];
    if (path === undefined) return [];
    return [{ path, ...(url === undefined ? {} : { url }), ...(update === undefined ? {} : { update }) }];
  });
}

/** The arguments of the git that fetches a submodule at its pin, whatever .gitmodules says of updates. */
export function fetchArguments({ path, update }: Submodule): string[] {
  return ['submodule', 'update', '--init', ...(update === 'none' ? ['--checkout'] : []), '--', path];
}

/**
 * The input that makes `nx affected` see a submodule's new commit, which git reports as a change of its folder.
 * Nx takes a plain path of a folder for all that is in it, which would hash all of the submodule into each
 * build; a pattern that only the path itself fits has no files.
 */
export function gitlinkInput(submodule: string): string {
  return `{workspaceRoot}/${submodule.slice(0, -1)}[${submodule.slice(-1)}]`;
}
