import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { checkWithinWorkspace } from '@millwright/toolkit';
import type { FolderGo } from './go/toolchain.js';
import type { GenerateSettings } from './settings.js';
import { staleFiles, type Staged } from './output/output.js';
import { placeFiles } from './output/place.js';
import { verifyCode, type VerifyRequest } from './output/verify.js';

/** Verifies generated files, then places them. Returns the absolute paths of changed and of all files. */
export async function verifyAndPlace(
  settings: GenerateSettings,
  go: FolderGo,
  project: string,
  staged: readonly Staged[],
  scratch: string,
  rest: Pick<VerifyRequest, 'requires' | 'explanation' | 'remedy'>,
): Promise<{ readonly changed: readonly string[]; readonly files: readonly string[] }> {
  for (const { destination } of staged)
    checkWithinWorkspace(await realpath(settings.workspaceRoot), destination);
  const removed = staleFiles(join(project, settings.output), staged);
  const request = { go, project, staged, removed, tidy: settings.tidy, scratch, ...rest };
  const all = [...staged, ...(await verifyCode(request))];
  return { changed: await placeFiles(all, removed), files: all.map(({ destination }) => destination) };
}
