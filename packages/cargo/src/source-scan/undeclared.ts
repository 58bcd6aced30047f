import { posix, relative, resolve, sep } from 'node:path';
import type { UndeclaredName } from '@millwright/toolkit';
import { isCargoVariable } from './scanner/cargo-variables.js';
import type { DepInfo } from './dep-info.js';
import type { GitRead } from './git-reads.js';

/** The inputs that a task declares. */
export interface DeclaredInputs {
  /** Returns whether a file, relative to the repository, is an input. */
  readonly hasFile: (path: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
}

/** Facts about the machine that separate inputs from other reads. All folders are absolute. */
export interface ReadFacts {
  readonly repository: string;
  /** The compiler's working folder, which is the Cargo workspace's folder. */
  readonly workingFolder: string;
  /** Folders with generated files, such as Cargo's target folder. */
  readonly generated: readonly string[];
  /** Files and folders outside the repository that are hashed otherwise: toolchains, locked packages, known reads. */
  readonly hashedElsewhere: readonly string[];
  /** Interprets the read of a file in `.git`; returns undefined for other files. */
  readonly gitRead: (path: string) => GitRead | undefined;
  /** Returns the variables that contain the state of a repository. */
  readonly gitVariables: (folder: string) => { readonly state: string; readonly changes: string };
  /** Lists the files in a folder, relative to it; returns undefined for a file. */
  readonly filesIn: (path: string) => readonly string[] | undefined;
  /** Returns the inputs for a variable; none if it is hashed otherwise. */
  readonly variableInputs: (name: string) => readonly UndeclaredName[];
}

/** Returns the inputs that a build read but its task does not declare, without duplicates. */
export function undeclaredInputs(
  read: DepInfo,
  declared: DeclaredInputs,
  facts: ReadFacts,
): UndeclaredName[] {
  const found = [
    ...read.files.flatMap((file) => undeclaredFile(resolve(facts.workingFolder, file), declared, facts)),
    ...[...read.variables.keys()].flatMap((name) => {
      return isCargoVariable(name, 'source') || declared.hasVariable(name) ? [] : facts.variableInputs(name);
    }),
  ];
  const unique = new Map(found.map((input) => [`${input.kind} ${input.name}`, input]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, input]) => input);
}

function undeclaredFile(absolute: string, declared: DeclaredInputs, facts: ReadFacts): UndeclaredName[] {
  if (facts.generated.some((folder) => pathWithin(absolute, folder) !== undefined)) return [];
  const path = pathWithin(absolute, facts.repository);
  const isHashed =
    path === undefined
      ? facts.hashedElsewhere.some((folder) => pathWithin(absolute, folder) !== undefined)
      : isDeclared(path, absolute, declared, facts);
  const git = isHashed && !/[/\\]\.git([/\\]|$)/.test(absolute) ? undefined : facts.gitRead(absolute);
  if (git !== undefined) return undeclaredGitState(git, declared, facts);
  return isHashed ? [] : [{ kind: 'path', name: path ?? absolute }];
}

/** Returns whether a path is declared; a folder is declared if all of its files are. */
function isDeclared(
  path: string,
  absolute: string,
  { hasFile }: DeclaredInputs,
  { filesIn }: ReadFacts,
): boolean {
  return hasFile(path) || filesIn(absolute)?.every((file) => hasFile(posix.join(path, file))) === true;
}

function undeclaredGitState(
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
