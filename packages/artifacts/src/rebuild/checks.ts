import { dirname, join, relative } from 'node:path';
import { readText } from '@millwright/toolkit/core';
import { repositoryAbove, runGit } from '@millwright/toolkit/git';
import { sha256Of } from '../disk/digest.js';
import { artifactError } from '../errors.js';
import { sideFilesOf } from '../layout/layout.js';
import { parseProvenance, type Provenance } from '../provenance/statement.js';
import type { UnitsRecord } from '../units/record.js';
import { compareParameters } from './parameters.js';

function refused(what: string, why: string, remedy?: string) {
  return artifactError('REBUILD_REFUSED', { what, why, ...(remedy === undefined ? {} : { remedy }) });
}

/**
 * Reads the statement beside an artifact.
 * @throws MillwrightError REBUILD_REFUSED if it is missing, damaged, or about another file
 */
export async function readProvenance(artifact: string): Promise<{ provenance: Provenance; text: string }> {
  const what = `${artifact} cannot be rebuilt`;
  const path = sideFilesOf(artifact).provenance;
  const text = readText(path);
  const provenance = text === undefined ? undefined : parseProvenance(text);
  if (text === undefined || provenance === undefined)
    throw refused(what, `${path} ${text === undefined ? 'does not exist' : 'is not a statement of a build'}`);
  const sha256 = await sha256Of(artifact).catch((error: unknown) => {
    throw refused(what, error instanceof Error ? error.message : String(error));
  });
  if (provenance.subject.sha256 !== sha256)
    throw refused(
      what,
      `its provenance describes another file, with the SHA-256 ${provenance.subject.sha256}; this file has ${sha256}`,
    );
  return { provenance, text };
}

/** Returns what a rebuild starts from. @throws MillwrightError REBUILD_REFUSED */
export function checkRebuildable(
  artifact: string,
  { commit, dirty, task }: Provenance,
): { readonly commit: string; readonly task: string } {
  const what = `${artifact} cannot be rebuilt`;
  if (commit === undefined) throw refused(what, 'it was built outside a Git repository');
  if (!/^[0-9a-f]{40,64}$/.test(commit))
    throw refused(what, `its provenance has no valid commit: ${JSON.stringify(commit)}`);
  if (dirty)
    throw refused(
      what,
      `its sources had changes that are not in the commit ${commit}`,
      'commit the changes, then build the artifact again',
    );
  if (task === undefined) throw refused(what, 'it was built without Nx, so its provenance names no task');
  // A project name can begin with any character, but an option is not a task.
  if (task.startsWith('-')) throw refused(what, `its provenance has no valid task: ${JSON.stringify(task)}`);
  return { commit, task };
}

/** Returns the repository of a folder, if it has the commit. @throws MillwrightError REBUILD_REFUSED */
export async function repositoryWith(folder: string, commit: string): Promise<string> {
  const repository = repositoryAbove(folder);
  if (repository === undefined)
    throw refused(
      'the sources cannot be checked out',
      `${folder} is not in a Git repository`,
      'run the command in a clone of the repository that the artifact was built in',
    );
  const { exitCode } = await runGit(repository, ['cat-file', '-e', `${commit}^{commit}`]);
  if (exitCode === 0) return repository;
  const { stdout } = await runGit(repository, ['rev-parse', '--is-shallow-repository']);
  const what = `the artifact was built from the commit ${commit}, which ${repository} does not have`;
  if (stdout.trim() === 'true')
    throw refused(what, 'the clone is shallow', 'run `git fetch --unshallow`, then try again');
  throw refused(
    what,
    'the artifact was built in another repository, or the commit was not fetched or pushed',
    'run the command in a clone of the repository that the artifact was built in, after `git fetch`',
  );
}

/** Returns the folder of the Nx workspace, relative to the repository. @throws MillwrightError REBUILD_REFUSED */
export function workspacePlace(folder: string, repository: string): string {
  for (let above = folder; ; above = dirname(above)) {
    if (readText(join(above, 'nx.json')) !== undefined) return relative(repository, above);
    if (above === repository || above === dirname(above))
      throw refused(
        'the artifact cannot be built again',
        `no folder from ${folder} up to ${repository} has an nx.json`,
        'pass the folder of the Nx workspace with `--workspace`',
      );
  }
}

/**
 * Checks that two statements describe the same build.
 * @throws MillwrightError REBUILD_NOT_COMPARABLE
 */
export function checkComparable(artifact: string, rebuilt: string): void {
  const differences = compareParameters(artifact, rebuilt);
  const [first] = differences;
  if (first === undefined) return;
  throw artifactError('REBUILD_NOT_COMPARABLE', {
    what: `the artifact was built with another ${first.name}`,
    why: differences
      .map((one) => `${one.name}: ${one.artifact} in the provenance, ${one.rebuilt} here`)
      .join('; '),
    ...(first.name === 'toolchain'
      ? { remedy: `install the toolchain ${first.artifact}, and try again` }
      : {}),
  });
}

/**
 * Checks that two builds compiled the same packages, as far as both recorded them. Without a committed lock file, each
 * build resolves the versions anew.
 * @throws MillwrightError REBUILD_NOT_COMPARABLE
 */
export function checkPackages(artifact: UnitsRecord | undefined, rebuilt: UnitsRecord | undefined): void {
  if (artifact === undefined || rebuilt === undefined) return;
  const [before, now] = [packagesOf(artifact), packagesOf(rebuilt)];
  const lists = [
    { where: 'only in the artifact', packages: [...before].filter((one) => !now.has(one)) },
    { where: 'only in the rebuilt file', packages: [...now].filter((one) => !before.has(one)) },
  ].filter(({ packages }) => packages.length > 0);
  if (lists.length === 0) return;
  throw artifactError('REBUILD_NOT_COMPARABLE', {
    what: 'the lock file of the commit does not match the artifact: the rebuild compiled other packages',
    why: lists.map(({ where, packages }) => `${where}: ${packages.join(', ')}`).join('; '),
    remedy: `commit ${artifact.ecosystem === 'cargo' ? 'Cargo.lock' : 'go.mod and go.sum'}, then build the artifact again`,
  });
}

function packagesOf({ units }: UnitsRecord): ReadonlySet<string> {
  return new Set(
    units.map(({ name, version, replacedBy }) =>
      [name, version, replacedBy && `=> ${replacedBy.name}`, replacedBy?.version].filter(Boolean).join(' '),
    ),
  );
}
