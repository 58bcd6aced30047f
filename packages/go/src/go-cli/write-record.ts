import { join } from 'node:path';
import { formatInputsRecord, type InputsRecord, writeFileAtomically } from '@millwright/toolkit';

/** Writes the inputs record of a task without artifacts. @param path relative to the workspace */
export function writeRecord(workspaceRoot: string, path: string, record: InputsRecord): void {
  writeFileAtomically(join(workspaceRoot, path), formatInputsRecord(record));
}
