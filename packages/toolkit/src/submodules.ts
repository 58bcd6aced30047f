/** A git submodule as .gitmodules describes it (gitmodules(5)). */
export interface Submodule {
  readonly path: string;
  readonly url?: string;
  /** What `git submodule update` does with it; `none` keeps it from being fetched by surprise. */
  readonly update?: string;
}

/** The submodules that a .gitmodules lists. */
export function parseSubmodules(gitmodules: string): Submodule[] {
  return gitmodules.split(/^\s*\[submodule [^\n]*\]\s*$/m).flatMap((section) => {
    const value = (key: string) =>
      new RegExp(`^\\s*${key}\\s*=\\s*(.+?)\\s*$`, 'm').exec(section)?.[1]?.replace(/^"(.*)"$/, '$1');
    const [path, url, update] = ['path', 'url', 'update'].map(value);
    if (path === undefined) return [];
    return [{ path, ...(url === undefined ? {} : { url }), ...(update === undefined ? {} : { update }) }];
  });
}

/** The arguments of the git that fetches a submodule at its pin, whatever .gitmodules says of updates. */
export function fetchArguments({ path, update }: Submodule): string[] {
  return ['submodule', 'update', '--init', ...(update === 'none' ? ['--checkout'] : []), path];
}

/**
 * The input that makes `nx affected` see a submodule's new commit, which git reports as a change of its folder.
 * Nx takes a plain path of a folder for all that is in it, which would hash all of the submodule into each
 * build; a pattern that only the path itself fits has no files.
 */
export function gitlinkInput(submodule: string): string {
  return `{workspaceRoot}/${submodule.slice(0, -1)}[${submodule.slice(-1)}]`;
}
