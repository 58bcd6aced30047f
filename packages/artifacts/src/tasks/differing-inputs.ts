import {
  changedInputs,
  DigestCache,
  parseInputsRecord,
  readText,
  type UndeclaredInput,
} from '@millwright/toolkit';
import { sideFilesOf } from '../layout/layout.js';

/**
 * The undeclared inputs of an artifact that are not now as its build read them. For tasks that use an artifact for long:
 * the check of restored results comes after all tasks of the run. Variables are left out, since a task may have others
 * than the build had.
 * @param artifact its path, absolute
 */
export async function differingInputs(workspaceRoot: string, artifact: string): Promise<UndeclaredInput[]> {
  const record = parseInputsRecord(readText(sideFilesOf(artifact).inputs) ?? '');
  const inputs = record?.inputs.filter(({ kind }) => kind !== 'variable') ?? [];
  if (record === undefined || inputs.length === 0) return [];
  const cache = new DigestCache();
  const changed = await changedInputs({ ...record, inputs }, { workspaceRoot, env: {}, cache });
  cache.save();
  return changed;
}
