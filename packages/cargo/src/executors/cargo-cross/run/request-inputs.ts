import { relative } from 'node:path';
import type { BuildReads } from '../../../cargo-cli/build-reads.js';
import { reportEdited } from '../../../hashing/edited-files.js';
import { type ObservedInputs, observedInputs } from '../../../hashing/observed-inputs.js';
import { declarationOf, reportInputs } from '../../../hashing/report-inputs.js';
import type { BuildRequest } from '../plan/request.js';
import type { InvocationEnvironment } from './invocation-environment.js';

/** Compares what the compilers read for a request with the inputs that its task declares. */
export async function inputsOf(
  request: BuildRequest,
  reads: BuildReads,
  environment: InvocationEnvironment,
): Promise<ObservedInputs> {
  const declared = environment.declaredBy(request.taskId);
  const variable = environment.inputsVariableOf(request.taskId);
  if (declared === undefined)
    return { record: { variable, under: '', inputs: [] }, undeclared: [], edited: [] };
  const { metadata, toolchain, options } = request;
  const folder = folderOf(request, environment);
  return observedInputs(
    reads,
    { folder, variable, declared, env: options.env, metadata, toolchain },
    environment.crates.closureOf([folder]),
    environment.crates,
    environment.editing,
    environment.repositoryRoot,
  );
}

/**
 * Returns notes about undeclared inputs, and about files edited during the build.
 * @throws MillwrightError INPUT_UNDECLARED if the task sets "strictInputs"
 */
export function inputNotes(
  request: BuildRequest,
  { record, undeclared, edited }: ObservedInputs,
  environment: InvocationEnvironment,
): string[] {
  const folder = folderOf(request, environment);
  const { name } = request.package;
  const note = reportInputs(undeclared, {
    name,
    folder,
    crates: environment.crates.closureOf([folder]).map(({ root }) => root),
    ...declarationOf(folder, environment.repositoryRoot),
    hashed: environment.declaredBy(request.taskId)?.hasVariable(record.variable) === true,
    strict: request.options.strictInputs,
  });
  return [note, reportEdited(name, edited)].filter((line) => line !== undefined);
}

/** Returns the crate's folder, relative to the Nx workspace. */
function folderOf({ folder }: BuildRequest, { repositoryRoot }: InvocationEnvironment): string {
  return relative(repositoryRoot, folder) || '.';
}
