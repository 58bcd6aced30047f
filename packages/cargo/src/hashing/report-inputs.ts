import { posix } from 'node:path';
import { diskFiles, formatWarning, gitVariables, type UndeclaredName } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { type Declaration, declarationFor, sourcesAbove } from '../vendored/vendored-crates.js';
import { repositoryOf } from '../source-scan/git-reads.js';
import { isWithin } from '../manifests/workspaces.js';

/** The facts for a message about undeclared inputs. All folders are relative to the Nx workspace. */
export interface InputsReport {
  /** The name of the crate that was built. */
  readonly name: string;
  readonly folder: string;
  /** The folders of all crates that took part in the build. */
  readonly crates: readonly string[];
  /** The repository that contains the crate. */
  readonly repository: string;
  readonly declaration: Declaration;
  /** Whether the task's inputs include the variable with the digest of undeclared inputs. */
  readonly hashed: boolean;
  readonly strict: boolean;
}

/**
 * Returns a warning about undeclared inputs, or a note if they need no declaration; undefined if there are none.
 * @throws MillwrightError INPUT_UNDECLARED if the task sets "strictInputs"
 */
export function reportInputs(inputs: readonly UndeclaredName[], report: InputsReport): string | undefined {
  if (inputs.length === 0) return undefined;
  const { name, declaration, strict, hashed } = report;
  const what = `${name} read inputs that its task does not declare: ${namesOf(inputs)}`;
  const lines = declarationLines(inputs, report);
  const problem = (why: string) =>
    cargoError('INPUT_UNDECLARED', {
      what,
      why,
      ...(lines.length === 0
        ? {}
        : {
            location: { file: declaration.file },
            remedy: [`add to [${declaration.table}]:`, ...lines.map((line) => `  ${line}`)].join('\n'),
          }),
    });
  if (strict) {
    throw problem('strictInputs is set: an undeclared input can make the cache restore a stale result');
  }
  if (!hashed) return formatWarning(problem('changes in these inputs will not trigger a rebuild'));
  if (lines.length === 0) return `note: ${what}; from now on, this clone includes them in the hash`;
  return formatWarning(
    problem('from now on, this clone includes them in the hash, but other clones and `nx affected` do not'),
  );
}

/** Finds the file in which to declare a crate's inputs. @param workspace the Nx workspace's folder, absolute */
export function declarationOf(
  folder: string,
  workspace: string,
): Pick<InputsReport, 'declaration' | 'repository'> {
  const repository = repositoryOf(folder, workspace);
  const sources = sourcesAbove(folder, diskFiles(workspace));
  return { repository, declaration: declarationFor(folder, sources, repository) };
}

/** Returns the lines to add to the declaration; a crate's own files need not be declared. */
function declarationLines(
  inputs: readonly UndeclaredName[],
  { folder, crates, repository }: InputsReport,
): string[] {
  const isOwn = (path: string) => crates.some((crate) => crate !== '.' && isWithin(path, crate));
  const paths = inputs
    .filter(({ kind, name }) => kind === 'path' && !isOwn(name))
    .map(({ name }) => (posix.isAbsolute(name) ? name : posix.relative(folder, name)));
  const { state, changes } = gitVariables('.');
  const variables = inputs.flatMap(({ kind, name }) => {
    if (kind === 'variable') return [name];
    if (kind === 'path' || name !== repository) return [];
    return [kind === 'git' ? state : changes];
  });
  const line = (key: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${key} = [${values.map((value) => JSON.stringify(value)).join(', ')}]`];
  return [...line('inputs', paths), ...line('env', variables)];
}

/** The maximum number of inputs named in a message: a build script may read hundreds of system headers. */
const maxNames = 8;

function namesOf(inputs: readonly UndeclaredName[]): string {
  const names = inputs.map(({ kind, name }) => {
    if (kind === 'git') return `the commit, branch and tags of ${name}`;
    return kind === 'git-changes' ? `whether the work tree of ${name} is clean` : name;
  });
  const rest = names.length - maxNames;
  return rest > 0 ? `${names.slice(0, maxNames).join(', ')} and ${rest} more` : names.join(', ');
}
