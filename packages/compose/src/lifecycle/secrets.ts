import { relative } from 'node:path';
import { type MillwrightError, statOf } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import type { StackModel } from '../compose-cli/model.js';

/**
 * Returns an error for secrets whose files are missing. Docker would report it only once other services
 * run.
 */
export function missingSecrets(
  { secrets }: StackModel,
  stack: string,
  workspaceRoot: string,
): MillwrightError[] {
  const missing = Object.entries(secrets ?? {}).flatMap(([name, { file }]) =>
    file === undefined || statOf(file)?.isFile() ? [] : [{ name, file }],
  );
  if (missing.length === 0) return [];
  const files = missing.map(({ file }) => {
    const within = relative(workspaceRoot, file);
    return within.startsWith('..') ? file : within;
  });
  return [
    composeError('SECRET_MISSING', {
      what: `missing ${missing.length === 1 ? 'file for the secret' : 'files for the secrets'} ${missing.map(({ name }) => name).join(', ')} of ${stack}`,
      why: `file not found: ${files.join(', ')}`,
    }),
  ];
}
