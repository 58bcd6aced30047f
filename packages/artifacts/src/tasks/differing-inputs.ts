import {
  changedInputs,
  DigestCache,
  parseInputsRecord,
  readText,
  type UndeclaredInput,
} from '@millwright/toolkit';
import { sideFilesOf } from '../layout/layout.js';

/**
 * Returns the undeclared inputs of an artifact that differ from those of its build. For tasks that use an
 * artifact before the check of restored results, which runs after all tasks. Variables are excluded,
 * because the task and the build can have different ones.
 * @param artifact the absolute path of the artifact
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
