import { posix } from 'node:path';
import { diskFiles, gitVariables, type UndeclaredName } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { type Declaration, declarationFor, sourcesAbove } from '../vendored/vendored-crates.js';
import { repositoryOf } from '../source-scan/git-reads.js';
import { isWithin } from '../manifests/workspaces.js';

/** What a message about undeclared inputs is made from. All folders are relative to the Nx workspace. */
export interface InputsReport {
  /** The name of the crate that was built. */
  readonly name: string;
  readonly folder: string;
  /** The folders of all crates that it was built from. */
  readonly crates: readonly string[];
  /** The repository in which the crate lies. */
  readonly repository: string;
  readonly declaration: Declaration;
  /** Whether the task's inputs have the variable that stands for undeclared ones. */
  readonly hashed: boolean;
  readonly strict: boolean;
}

/**
 * The lines that say what was read undeclared, and where to declare it; undefined where nothing was.
 * @throws MillwrightError INPUT_UNDECLARED where the task is strict
 */
export function reportInputs(inputs: readonly UndeclaredName[], report: InputsReport): string | undefined {
  if (inputs.length === 0) return undefined;
  const { name, declaration, strict, hashed } = report;
  const what = `${name} read inputs that its task does not declare: ${namesOf(inputs)}`;
  const lines = declarationLines(inputs, report);
  const remedy =
    lines.length === 0
      ? undefined
      : [`add to ${declaration.file}:`, `  [${declaration.table}]`, ...lines.map((line) => `  ${line}`)].join(
          '\n',
        );
  if (strict) {
    throw cargoError('INPUT_UNDECLARED', {
      what,
      why: 'strictInputs is set, and another checkout could restore a result that does not match its files',
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
  if (!hashed) return [what, `  a change there goes unseen; ${remedy ?? 'declare them'}`].join('\n');
  const rest = remedy === undefined ? '' : `. To have \`nx affected\` and new clones know them, ${remedy}`;
  return `${what}\n  this clone includes them in the hash from now on${rest}`;
}

/** Where a crate's undeclared inputs are declared. @param workspace the Nx workspace's folder, absolute */
export function declarationOf(
  folder: string,
  workspace: string,
): Pick<InputsReport, 'declaration' | 'repository'> {
  const repository = repositoryOf(folder, workspace);
  const sources = sourcesAbove(folder, diskFiles(workspace));
  return { repository, declaration: declarationFor(folder, sources, repository) };
}

/** What to write where a crate's inputs are declared; a crate need not list its own files. */
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

/** How many inputs a message names; a script that reads headers of the system may read hundreds. */
const most = 8;

function namesOf(inputs: readonly UndeclaredName[]): string {
  const names = inputs.map(({ kind, name }) => {
    if (kind === 'git') return `the commit, branch and tags of ${name}`;
    return kind === 'git-changes' ? `whether the work tree of ${name} is clean` : name;
  });
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
