import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@millwright/toolkit';
import { generateByGenerator } from './by-generator.js';
import type { Generated } from './generated.js';
import { goOfFolder } from './go/toolchain.js';
import { collectOutput } from './output/output.js';
import { runScript } from './output/script.js';
import { verifyAndPlace } from './verify-and-place.js';
import type { GenerateSettings } from './settings.js';

/**
 * Generates a Go client from an OpenAPI description, or runs the project's own script for it, and places it
 * after it was built successfully.
 * @param onLine is called with the script's output
 * @throws MillwrightError for errors in the document, the generator or the code; nothing is changed then
 */
export async function generateClient(
  settings: GenerateSettings,
  onLine: (line: string) => void,
): Promise<Generated> {
  // Go reports files by their real paths.
  const scratch = await realpath(temporaryFolder('openapi'));
  try {
    return 'script' in settings.by
      ? await byScript(settings, settings.by.script, scratch, onLine)
      : await generateByGenerator(settings, settings.by, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function byScript(
  settings: GenerateSettings,
  script: string,
  scratch: string,
  onLine: (line: string) => void,
): Promise<Generated> {
  const { workspaceRoot, projectRoot, output } = settings;
  const project = await realpath(join(workspaceRoot, projectRoot));
  const go = await goOfFolder(project);
  const copy = await runScript({ workspaceRoot, projectRoot, script, output, scratch, onLine });
  const staged = collectOutput(copy, output, project, script);
  const placed = await verifyAndPlace(settings, go, project, staged, scratch, {
    requires: {},
    explanation: undefined,
    remedy: () => undefined,
  });
  return { ...placed, notes: [], read: [script], chosen: undefined, operations: undefined };
}
