import { join, relative } from 'node:path';
import type { ExecutorContext, ProjectGraph } from '@nx/devkit';
import {
  formatInputsRecord,
  type InputsRecord,
  inputsRecordEnding,
  writeFileAtomically,
} from '@millwright/toolkit';
import { LocalCrates } from '../../hashing/local-crates.js';
import { inputsVariableOf } from '../../hashing/task-variables.js';
import type { BuildReads } from '../../cargo-cli/build-reads.js';
import { declaredInputs } from '../../hashing/declared-inputs.js';
import { EditedFiles, reportEdited } from '../../hashing/edited-files.js';
import { observedInputs } from '../../hashing/observed-inputs.js';
import { declarationOf, reportInputs } from '../../hashing/report-inputs.js';
import type { CargoMetadata, CargoPackage } from '../../cargo-cli/metadata.js';
import type { Toolchain } from '../../toolchain/locate.js';

/** Records the reads of a command's compilers; returns a note to print, or undefined. */
export type InputsRecorder = (reads: BuildReads) => Promise<string | undefined>;

/** The crate whose reads are recorded. */
export interface RecordedCrate {
  readonly package: CargoPackage;
  readonly metadata: CargoMetadata;
  readonly toolchain: Toolchain;
}

/**
 * Starts watching for edited files; call it before cargo starts. The returned recorder writes edited files and
 * undeclared inputs to the record file among the task's outputs. Targets defined by the user have no record file.
 */
export async function recordInputs(
  { metadata, toolchain, package: pkg }: RecordedCrate,
  env: Readonly<Record<string, string>>,
  { root, projectName = '', targetName = '', projectGraph, taskGraph }: ExecutorContext,
): Promise<InputsRecorder> {
  const project = projectGraph.nodes[projectName]?.data;
  const target = project?.targets?.[targetName];
  const output = target?.outputs?.find((path) => path.endsWith(inputsRecordEnding));
  if (project === undefined || output === undefined) return () => Promise.resolve(undefined);
  const variable = inputsVariableOf(project.root, targetName);
  const dependencies = dependenciesOf(projectName, projectGraph);
  const declared = declaredInputs(
    target?.inputs ?? [],
    project.root,
    dependencies,
    (name) => projectGraph.nodes[name]?.data.root,
  );
  const crates = new LocalCrates(
    root,
    Object.values(projectGraph.nodes).map((node) => node.data.root),
  );
  const write = (record: InputsRecord) => {
    writeFileAtomically(join(root, output.replace('{workspaceRoot}/', '')), formatInputsRecord(record));
  };
  if (declared === undefined) {
    return () => {
      write({ variable, under: process.env[variable] ?? '', inputs: [] });
      return Promise.resolve(undefined);
    };
  }
  const expected = crates.cratesIn([project.root, ...dependencies]);
  const editedFiles = await EditedFiles.start(root, crates, expected, 'all', taskGraph);
  return async (reads) => {
    const compiled = crates.cratesIn(reads.crates.map((folder) => relative(root, folder) || '.'));
    const task = { folder: project.root, variable, env, metadata, toolchain, declared };
    const { record, undeclared, edited } = await observedInputs(
      reads,
      task,
      compiled,
      crates,
      editedFiles,
      root,
    );
    write(record);
    const undeclaredNote = reportInputs(undeclared, {
      name: pkg.name,
      folder: project.root,
      crates: compiled.map((crate) => crate.root),
      ...declarationOf(project.root, root),
      hashed: declared.hasVariable(variable),
      strict: false,
    });
    const lines = [undeclaredNote, reportEdited(pkg.name, edited)].filter((line) => line !== undefined);
    return lines.length === 0 ? undefined : lines.join('\n');
  };
}

/** Returns the folders of all direct and indirect dependencies of a project, as `^` in inputs selects them. */
function dependenciesOf(name: string, { nodes, dependencies }: ProjectGraph): string[] {
  const reached = new Set([name]);
  for (const one of reached) for (const { target } of dependencies[one] ?? []) reached.add(target);
  reached.delete(name);
  return [...reached].flatMap((one) => nodes[one]?.data.root ?? []);
}
