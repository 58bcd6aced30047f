import { posix, relative, resolve, sep } from 'node:path';
import type { UndeclaredName } from '@millwright/toolkit';
import { isCargoVariable } from './scanner/cargo-variables.js';
import type { DepInfo } from './dep-info.js';
import type { GitRead } from './git-reads.js';

/** What a task declares as its inputs. */
export interface DeclaredInputs {
  /** Whether a file, relative to the repository, is an input. */
  readonly hasFile: (path: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
}

/** What has to be known of the machine to tell inputs from other reads. All folders are absolute. */
export interface ReadFacts {
  readonly repository: string;
  /** Where the compiler ran: the Cargo workspace's folder. */
  readonly workingFolder: string;
  /** Folders that builds write to, such as Cargo's target folder: what is there was generated. */
  readonly generated: readonly string[];
  /** Files and folders out of the repository that are hashed already: toolchains, locked packages, known reads. */
  readonly hashedElsewhere: readonly string[];
  /** What reading one of Git's own files asks; undefined for other files. */
  readonly gitRead: (path: string) => GitRead | undefined;
  /** The variables that tell the task about a repository. */
  readonly gitVariables: (folder: string) => { readonly state: string; readonly changes: string };
  /** The files in a folder, relative to it; undefined for a file. */
  readonly filesIn: (path: string) => readonly string[] | undefined;
  /** What a variable is as an input; nothing where it is hashed already. */
  readonly variableInputs: (name: string) => readonly UndeclaredName[];
}

/** What a build read and its task does not declare, each once. */
export function undeclaredInputs(
  read: DepInfo,
  declared: DeclaredInputs,
  facts: ReadFacts,
): UndeclaredName[] {
  const found = [
    ...read.files.flatMap((file) => ofFile(resolve(facts.workingFolder, file), declared, facts)),
    ...[...read.variables.keys()].flatMap((name) => {
      return isCargoVariable(name, 'source') || declared.hasVariable(name) ? [] : facts.variableInputs(name);
    }),
  ];
  const unique = new Map(found.map((input) => [`${input.kind} ${input.name}`, input]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
}

function ofFile(absolute: string, declared: DeclaredInputs, facts: ReadFacts): UndeclaredName[] {
  if (facts.generated.some((folder) => pathWithin(absolute, folder) !== undefined)) return [];
  const path = pathWithin(absolute, facts.repository);
  const isHashed =
    path === undefined
      ? facts.hashedElsewhere.some((folder) => pathWithin(absolute, folder) !== undefined)
      : isDeclared(path, absolute, declared, facts);
  const git = isHashed && !/[/\\]\.git([/\\]|$)/.test(absolute) ? undefined : facts.gitRead(absolute);
  if (git !== undefined) return ofGit(git, declared, facts);
  return isHashed ? [] : [{ kind: 'path', name: path ?? absolute }];
}

/** A folder is declared where all that it holds is. */
function isDeclared(
  path: string,
  absolute: string,
  { hasFile }: DeclaredInputs,
  { filesIn }: ReadFacts,
): boolean {
  return hasFile(path) || filesIn(absolute)?.every((file) => hasFile(posix.join(path, file))) === true;
}

function ofGit(
  { folder, changes }: GitRead,
  { hasVariable }: DeclaredInputs,
  facts: ReadFacts,
): UndeclaredName[] {
  const variables = facts.gitVariables(folder);
  return [
    ...(hasVariable(variables.state) ? [] : [{ kind: 'git', name: folder } as const]),
    ...(!changes || hasVariable(variables.changes) ? [] : [{ kind: 'git-changes', name: folder } as const]),
  ];
}

function pathWithin(path: string, folder: string): string | undefined {
  const inside = relative(folder, path).split(sep).join(posix.sep);
  return inside === '..' || inside.startsWith('../') || posix.isAbsolute(inside) ? undefined : inside;
}
