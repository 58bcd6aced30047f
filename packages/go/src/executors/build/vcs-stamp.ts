import { relative, sep } from 'node:path';
import { repositoryAbove, type UndeclaredName } from '@millwright/toolkit';

/**
 * Matches `-buildvcs=true` and `-buildvcs=auto` with one or two dashes (cmd/go, "Compile packages and
 * dependencies").
 */
const flag = /^--?buildvcs(?:=(.*))?$/;

/**
 * Returns the inputs that go writes into a program in addition to its sources: commit, tags, and whether
 * the work tree is clean. Empty unless an argument enables it: builds pass `-buildvcs=false` before the
 * user's arguments.
 * @param args the user's arguments for `go build`
 * @param folder the absolute path of the module
 */
export function stampInputs(
  args: readonly string[],
  folder: string,
  workspaceRoot: string,
): readonly UndeclaredName[] {
  const value = args.map((argument) => flag.exec(argument)).findLast((match) => match !== null);
  if (!value || /^(f|false|0)$/i.test(value[1] ?? '')) return [];
  const repository = repositoryAbove(folder);
  if (repository === undefined) return [];
  const name = relative(workspaceRoot, repository).split(sep).join('/') || '.';
  return [
    { kind: 'git', name },
    { kind: 'git-changes', name },
  ];
}
