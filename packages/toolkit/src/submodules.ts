/**
 * The folders of git submodules.
 * @param gitmodules the text of .gitmodules (gitmodules(5))
 */
export function submoduleFolders(gitmodules: string): string[] {
  return [...gitmodules.matchAll(/^\s*path\s*=\s*(.+?)\s*$/gm)].flatMap((match) => match[1] ?? []);
}
